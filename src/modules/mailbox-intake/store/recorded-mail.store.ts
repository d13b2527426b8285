import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

/** Where a folder stands. `startAt` is set while the messages that were there at the first look are being judged (D1). */
export interface FolderCursor {
  readonly uidvalidity: string;
  readonly lastUid: number;
  readonly startAt: Date | null;
}

/** One announced message as stage 1 records it. */
export interface RecordedMail {
  readonly uid: number;
  readonly sizeBytes: number;
  /** null where the bytes were not fetched. */
  readonly sha256: Buffer | null;
  readonly partial: boolean;
  readonly receivedAt: Date;
  /** null: to be processed. */
  readonly disposition: 'historical' | 'vanished' | null;
}

export interface FolderOfMailbox {
  readonly mailboxKey: string;
  readonly queueKey: string;
  readonly folder: string;
  readonly role: 'inbox' | 'junk' | 'sent';
  readonly uidvalidity: string;
}

/** Stage 1: rows of what reached a folder, and the cursor that moves with them. */
@Injectable()
export class RecordedMailStore {
  constructor(private readonly database: Database) {}

  async cursorOf(mailboxKey: string, folder: string): Promise<FolderCursor | null> {
    const [row] = await this.database.query<{
      uidvalidity: string;
      last_uid: string;
      start_at: Date | null;
    }>(
      'select uidvalidity, last_uid, start_at from mailbox_cursors where mailbox_key = $1 and folder = $2',
      [mailboxKey, folder],
    );
    return row === undefined
      ? null
      : { uidvalidity: row.uidvalidity, lastUid: Number(row.last_uid), startAt: row.start_at };
  }

  async moveCursor(tx: Tx, where: FolderOfMailbox, cursor: FolderCursor, now: Date): Promise<void> {
    await tx.execute(
      `insert into mailbox_cursors (mailbox_key, folder, uidvalidity, last_uid, start_at, updated_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (mailbox_key, folder) do update set uidvalidity = excluded.uidvalidity,
         last_uid = excluded.last_uid, start_at = excluded.start_at, updated_at = excluded.updated_at`,
      [where.mailboxKey, where.folder, cursor.uidvalidity, cursor.lastUid, cursor.startAt, now],
    );
  }

  /** Writes the rows in order of their UIDs; a UID that is there already stays as it is. Returns how many are new. */
  async insert(
    tx: Tx,
    where: FolderOfMailbox,
    mails: readonly RecordedMail[],
    now: Date,
  ): Promise<number> {
    return tx.execute(
      `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, sha256, partial,
                           received_at, fetched_at, state, disposition, processed_at)
       select $1, $2, $3, $4, $5, r.uid, r.size_bytes, r.sha256, r.partial, r.received_at, $6,
              case when r.disposition is null then 'stored' else 'done' end, r.disposition,
              case when r.disposition is null then null else $6::timestamptz end
         from unnest($7::bigint[], $8::bigint[], $9::bytea[], $10::boolean[], $11::timestamptz[], $12::text[])
              as r (uid, size_bytes, sha256, partial, received_at, disposition)
        order by r.uid
       on conflict on constraint uq_intake_mailbox_key_folder_uidvalidity_uid do nothing`,
      [
        where.mailboxKey,
        where.queueKey,
        where.folder,
        where.role,
        where.uidvalidity,
        now,
        mails.map(({ uid }) => uid),
        mails.map(({ sizeBytes }) => sizeBytes),
        mails.map(({ sha256 }) => sha256),
        mails.map(({ partial }) => partial),
        mails.map(({ receivedAt }) => receivedAt),
        mails.map(({ disposition }) => disposition),
      ],
    );
  }

  /** Messages of a folder that still wait for their after-processing, oldest first. */
  async serverActionsDue(
    mailboxKey: string,
    folder: string,
    limit: number,
  ): Promise<{ id: string; uid: number; uidvalidity: string }[]> {
    const rows = await this.database.query<{ id: string; uid: string; uidvalidity: string }>(
      `select id, uid, uidvalidity from intake
        where mailbox_key = $1 and server_action = 'pending' and folder = $2 order by id limit $3`,
      [mailboxKey, folder, limit],
    );
    return rows.map((row) => ({ ...row, uid: Number(row.uid) }));
  }

  async serverActionsDone(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute(`update intake set server_action = 'done' where id = any($1::bigint[])`, [
      ids,
    ]);
  }

  /** Mailboxes that have recorded messages to process: also those that are watched no more. */
  async mailboxesWithWork(): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `select key from mailboxes m where exists (select 1 from intake i where i.mailbox_key = m.key and i.state = 'stored')`,
    );
    return rows.map(({ key }) => key);
  }
}
