import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Disposition } from '../domain/decision.js';

/** Where a folder stands. `startAt` is set while the messages that were there at the first look are being judged (D1). */
export interface FolderCursor {
  readonly uidvalidity: string;
  readonly lastUid: number;
  readonly startAt: Date | null;
  /** After a UIDVALIDITY change: up to here a message may be one that was historical before (D1). */
  readonly recogniseUpTo?: number | null;
  /** Where the cursor must stand to be moved; undefined: wherever it stands. */
  readonly from?: number;
}

/** What tells a historical message when it comes again under another UID: its Message-ID, else size and time. */
export interface HistoricalMark {
  readonly messageId: string | null;
  readonly sizeBytes: number;
  readonly receivedAt: Date;
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
  /** Asked for where the bytes are not fetched. */
  readonly messageId?: string | null;
  /** Why the server did not deliver the bytes: the message is to be quarantined. */
  readonly error?: string | null;
}

export interface FolderOfMailbox {
  readonly mailboxKey: string;
  readonly queueKey: string;
  readonly folder: string;
  readonly role: 'inbox' | 'junk' | 'sent';
  readonly uidvalidity: string;
}

/** A processed message that something is to be done with on the server. */
export interface ServerActionDue {
  readonly id: string;
  readonly uid: number;
  readonly uidvalidity: string;
  readonly disposition: Disposition;
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
      recognise_up_to: string | null;
    }>(
      `select uidvalidity, last_uid, start_at, recognise_up_to from mailbox_cursors
        where mailbox_key = $1 and folder = $2`,
      [mailboxKey, folder],
    );
    if (row === undefined) return null;
    return {
      uidvalidity: row.uidvalidity,
      lastUid: Number(row.last_uid),
      startAt: row.start_at,
      recogniseUpTo: row.recognise_up_to === null ? null : Number(row.recognise_up_to),
    };
  }

  /** False where the cursor stood elsewhere than at `cursor.from`: an operator has sent it back meanwhile. */
  async moveCursor(
    tx: Tx,
    where: FolderOfMailbox,
    cursor: FolderCursor,
    now: Date,
  ): Promise<boolean> {
    const moved = await tx.execute(
      `insert into mailbox_cursors as c (mailbox_key, folder, uidvalidity, last_uid, start_at, recognise_up_to, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (mailbox_key, folder) do update set uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid,
         start_at = excluded.start_at, recognise_up_to = excluded.recognise_up_to, updated_at = excluded.updated_at
         where $8::bigint is null or c.last_uid = $8`,
      [
        where.mailboxKey,
        where.folder,
        cursor.uidvalidity,
        cursor.lastUid,
        cursor.startAt,
        cursor.recogniseUpTo ?? null,
        now,
        cursor.from ?? null,
      ],
    );
    return moved > 0;
  }

  /** Those of the marks under which a historical message of the mailbox is recorded. */
  async historicalAmong<Mark extends HistoricalMark>(
    mailboxKey: string,
    marks: readonly Mark[],
  ): Promise<Mark[]> {
    const rows = await this.database.query<{ place: number }>(
      `select m.place::int as place
         from unnest($2::text[], $3::bigint[], $4::timestamptz[]) with ordinality
              as m (message_id, size_bytes, received_at, place)
        where case when m.message_id is null
                then exists (select 1 from intake i where i.mailbox_key = $1 and i.disposition = 'historical'
                               and i.size_bytes = m.size_bytes and i.received_at = m.received_at)
                else exists (select 1 from intake i where i.mailbox_key = $1 and i.disposition = 'historical'
                               and i.message_id_header = m.message_id) end`,
      [
        mailboxKey,
        marks.map(({ messageId }) => messageId),
        marks.map(({ sizeBytes }) => sizeBytes),
        marks.map(({ receivedAt }) => receivedAt),
      ],
    );
    return rows.map(({ place }) => marks[place - 1]!);
  }

  /**
   * Writes the rows in order of their UIDs. A UID that is there already stays as it is, but for a historical one that is
   * to become a ticket after all (`mailbox start`, D1) and one that was taken for gone and is there. Returns how many are to be processed or new.
   */
  async insert(
    tx: Tx,
    where: FolderOfMailbox,
    mails: readonly RecordedMail[],
    now: Date,
  ): Promise<number> {
    return tx.execute(
      `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, sha256, partial,
                           received_at, fetched_at, state, disposition, processed_at, error,
                           message_id_header)
       select $1, $2, $3, $4, $5, r.uid, r.size_bytes, r.sha256, r.partial, r.received_at, $6,
              case when r.disposition is null then 'stored' else 'done' end, r.disposition,
              case when r.disposition is null then null else $6::timestamptz end, r.error, r.message_id
         from unnest($7::bigint[], $8::bigint[], $9::bytea[], $10::boolean[], $11::timestamptz[], $12::text[],
                     $13::text[], $14::text[])
              as r (uid, size_bytes, sha256, partial, received_at, disposition, error, message_id)
        order by r.uid
       on conflict on constraint uq_intake_mailbox_key_folder_uidvalidity_uid do update
         set size_bytes = excluded.size_bytes, sha256 = excluded.sha256, partial = excluded.partial,
             received_at = excluded.received_at, fetched_at = excluded.fetched_at, state = excluded.state,
             disposition = null, processed_at = null, error = excluded.error, next_attempt_at = excluded.next_attempt_at
         where intake.disposition in ('historical', 'vanished') and excluded.disposition is null`,
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
        mails.map(({ error }) => error ?? null),
        mails.map(({ messageId }) => messageId ?? null),
      ],
    );
  }

  /** Messages of a folder that still wait for their after-processing, oldest first. */
  async serverActionsDue(
    mailboxKey: string,
    folder: string,
    limit: number,
  ): Promise<ServerActionDue[]> {
    const rows = await this.database.query<Omit<ServerActionDue, 'uid'> & { uid: string }>(
      `select id, uid, uidvalidity, disposition from intake
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

  /** Open alarms about messages of a mailbox that the server did not deliver and whose ticket somebody has resolved. */
  async settledAlarms(mailboxKey: string): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `select a.key from intake i join tickets t on t.id = i.ticket_id
         join alarms a on a.key = $2 || '.' || i.uidvalidity || '.' || i.uid and a.cleared_at is null
        where i.mailbox_key = $1 and i.state = 'quarantined' and i.sha256 is null and t.status = 'resolved'`,
      [mailboxKey, undeliverableAlarm(mailboxKey)],
    );
    return rows.map(({ key }) => key);
  }

  /** Mailboxes that have recorded messages to process: also those that are watched no more. */
  async mailboxesWithWork(): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `select key from mailboxes m where exists (select 1 from intake i where i.mailbox_key = m.key and i.state = 'stored')`,
    );
    return rows.map(({ key }) => key);
  }
}

/** Key of the alarms about messages that a mailbox's server did not deliver, without UIDVALIDITY and UID. */
export function undeliverableAlarm(mailboxKey: string): string {
  return `mailbox.${mailboxKey}.undeliverable`;
}
