import { Injectable } from '@nestjs/common';
import type { ScanState } from '../../files/index.js';
import type { Tx } from '../../../platform/index.js';

export interface PickedAttachment {
  readonly id: string;
  readonly messageId: string | null;
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: string;
  readonly sha256: Buffer;
  readonly contentId: string | null;
  readonly scan: ScanState | null;
}

/** Files that agents upload and pick. */
@Injectable()
export class AttachmentStore {
  async addUpload(
    tx: Tx,
    upload: {
      id: string;
      agentId: string;
      filename: string;
      mediaType: string;
      sizeBytes: number;
      sha256: Buffer;
      now: Date;
    },
  ): Promise<void> {
    await tx.execute(
      `insert into attachments (id, uploaded_by, filename, media_type, size_bytes, sha256, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        upload.id,
        upload.agentId,
        upload.filename,
        upload.mediaType,
        upload.sizeBytes,
        upload.sha256,
        upload.now,
      ],
    );
  }

  /**
   * Those of the wanted files that this agent may put on a message of this ticket: their own uploads that wait, and
   * what is on the ticket already. In the order asked for; locked, so that one upload goes onto one message.
   */
  async pick(
    tx: Tx,
    ticketId: string,
    agentId: string,
    ids: readonly string[],
  ): Promise<PickedAttachment[]> {
    if (ids.length === 0) return [];
    return tx.query(
      `select f.id, f.message_id as "messageId", f.filename, f.media_type as "mediaType", f.size_bytes as "sizeBytes",
              f.sha256, f.content_id as "contentId",
              (select jsonb_build_object('state', s.state, 'signature', s.signature) from blob_scans s
                where s.sha256 = f.sha256) as scan
         from attachments f left join messages m on m.id = f.message_id
        where f.id = any($1::uuid[])
          and ((f.message_id is null and f.uploaded_by = $2) or m.ticket_id = $3)
        order by array_position($1::uuid[], f.id) for update of f`,
      [ids, agentId, ticketId],
    );
  }

  /** Puts picked files on a message: waiting uploads move there, files of other messages are named a second time. */
  async attach(
    tx: Tx,
    messageId: string,
    picked: readonly PickedAttachment[],
    now: Date,
  ): Promise<void> {
    if (picked.length === 0) return;
    const ids = picked.map((one) => one.id);
    await tx.execute(
      `with moved as (
         update attachments set message_id = $1, position = array_position($2::uuid[], id) - 1
          where id = any($2::uuid[]) and message_id is null returning id)
       insert into attachments (id, message_id, uploaded_by, position, filename, media_type, size_bytes, sha256, inline, created_at)
       select gen_random_uuid(), $1, f.uploaded_by, array_position($2::uuid[], f.id) - 1, f.filename, f.media_type,
              f.size_bytes, f.sha256, false, $3
         from attachments f where f.id = any($2::uuid[]) and f.message_id is not null
          and f.id not in (select id from moved)`,
      [messageId, ids, now],
    );
  }

  /** Forgets uploads that nobody used; their bytes go with the blob store's own cleaning. */
  async dropForgotten(tx: Tx, before: Date): Promise<number> {
    return tx.execute(`delete from attachments where message_id is null and created_at < $1`, [
      before,
    ]);
  }
}
