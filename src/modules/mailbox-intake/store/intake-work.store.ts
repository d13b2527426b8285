import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Authentication } from '../domain/authentication.js';
import type { Disposition, JournalEntry } from '../domain/decision.js';

/** A recorded message with what is needed to process it. */
export interface IntakeWork {
  readonly id: string;
  readonly mailboxKey: string;
  readonly queueKey: string;
  readonly folderRole: 'inbox' | 'junk' | 'sent';
  readonly sizeBytes: number;
  readonly partial: boolean;
  /** null: the server could not deliver the bytes; `fetchError` says why. */
  readonly sha256: Buffer | null;
  readonly fetchError: string | null;
  readonly receivedAt: Date;
  /** How often processing was begun, this time included. */
  readonly attempts: number;
  /** The bytes where they live in PostgreSQL. */
  readonly content: Buffer | null;
}

/** Where a message lies, or lay, on its server. */
export interface PlaceOnServer {
  readonly mailboxKey: string;
  readonly folder: string;
  /** Decimal. */
  readonly uidvalidity: string;
  readonly uid: number;
  readonly sizeBytes: number;
}

/** How a message ended; written once. */
export interface IntakeOutcome {
  readonly id: string;
  readonly state: 'done' | 'quarantined';
  readonly disposition: Disposition;
  readonly fingerprint: string | null;
  readonly messageId: string | null;
  readonly fromAddress: string | null;
  readonly subject: string | null;
  readonly ticketId: string | null;
  readonly journal: readonly JournalEntry[];
  /** null where it was never looked at: quarantined. */
  readonly authentication: Authentication | null;
  /** The build that could not read it, so that a later one tries again; absent where it was read. */
  readonly build?: string;
  readonly error: string | null;
  readonly serverAction: 'none' | 'pending';
}

/**
 * D22: after this many beginnings without an end the message itself is taken for the cause. A machine that goes down
 * again and again must not make a suspect of the customer's mail that happened to be in hand.
 */
export const MAX_ATTEMPTS = 5;
/** From so many beginnings without an end on, a message may be what ends the process. */
export const SUSPECT_ATTEMPTS = 2;

/** Raw bytes of one batch, but for a single message that is larger: bounds the memory of parsing. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

type WorkRow = Omit<IntakeWork, 'sizeBytes'> & { sizeBytes: string };

const WORK_COLUMNS = `i.id, i.mailbox_key as "mailboxKey", i.queue_key as "queueKey", i.folder_role as "folderRole",
  i.size_bytes as "sizeBytes", i.partial, i.sha256, i.received_at as "receivedAt", i.attempts,
  i.error as "fetchError"`;

/** What is sealed or lies in a file is read through the store of files. */
const CONTENT = 'case when b.key_id is null then b.content end as content';

/** Stage 2: what is to be processed, and how it ended. */
@Injectable()
export class IntakeWorkStore {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt on the oldest recorded messages of a mailbox and returns them, in order; commit it before the
   * work starts. A message that was begun before comes alone: should it crash us again, no neighbour is blamed.
   * `afterId`: only messages behind that one, for taking a batch while the one before is still in hand. Without
   * `suspectsToo` those that were begun twice wait, and the others go first.
   */
  async begin(
    tx: Tx,
    mailboxKey: string,
    limit: number,
    afterId: string | null = null,
    suspectsToo = true,
  ): Promise<IntakeWork[]> {
    const rows = await tx.query<WorkRow>(
      `with todo as (
         select id, attempts, row_number() over (order by id) as place, sum(size_bytes) over (order by id) as bytes from (
           select id, attempts, size_bytes from intake
            where mailbox_key = $1 and state = 'stored' and next_attempt_at <= now()
              and ($4::bigint is null or id > $4) and ($5::integer is null or attempts < $5)
            order by id limit $2) oldest
       ), suspect as (
         select min(place) as place from todo where attempts > 0
       ), chosen as (
         select id from todo, suspect
          where (suspect.place is null or todo.place < suspect.place or (suspect.place = 1 and todo.place = 1))
            and (todo.place = 1 or todo.bytes <= $3)
       ), begun as (
         update intake i set attempts = attempts + 1 from chosen where i.id = chosen.id
         returning ${WORK_COLUMNS}
       )
       select begun.*, ${CONTENT} from begun left join blobs b on b.sha256 = begun.sha256 order by begun.id`,
      [mailboxKey, limit, MAX_BATCH_BYTES, afterId, suspectsToo ? null : SUSPECT_ATTEMPTS],
    );
    return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
  }

  /** The fault was ours (database away, stop): the beginnings do not count, and the messages wait a little. */
  async giveBack(tx: Tx, ids: readonly string[], delaySeconds: number): Promise<void> {
    await tx.execute(
      `update intake set attempts = greatest(attempts - 1, 0), next_attempt_at = now() + make_interval(secs => $2)
        where id = any($1::bigint[]) and state = 'stored'`,
      [ids, delaySeconds],
    );
  }

  /** The beginnings count, and the messages wait twice as long each time, up to a quarter of an hour. */
  async postpone(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute(
      `update intake set next_attempt_at = now() + make_interval(secs => least(900, power(2, least(attempts, 10))))
        where id = any($1::bigint[]) and state = 'stored'`,
      [ids],
    );
  }

  /**
   * The ticket of the same bytes in the same mailbox where they were quarantined before, or are filed since; null where
   * there is none. Bytes that never came are known by size and time
   * where they come again under another UIDVALIDITY.
   */
  async ticketOfQuarantined(
    tx: Tx,
    work: IntakeWork,
    messageId: string | null,
  ): Promise<string | null> {
    const [row] = await tx.query<{ ticketId: string }>(
      `select ticket_id as "ticketId" from (
         select id, ticket_id from intake
          where mailbox_key = $1 and state = 'quarantined' and sha256 = $2
         union all
         select id, ticket_id from intake
          where mailbox_key = $1 and state = 'quarantined' and sha256 is null and $2::bytea is null
            and size_bytes = $3 and received_at = $4
            and uidvalidity <> (select uidvalidity from intake where id = $6)
         union all
         select id, ticket_id from intake
          where message_id_header = $5 and mailbox_key = $1 and state = 'done' and sha256 = $2
       ) same where ticket_id is not null and id <> $6 order by id limit 1`,
      [work.mailboxKey, work.sha256, work.sizeBytes, work.receivedAt, messageId, work.id],
    );
    return row?.ticketId ?? null;
  }

  /** Locks those of the messages that nobody has finished meanwhile. */
  async lockUnfinished(
    tx: Tx,
    ids: readonly string[],
    state: 'stored' | 'quarantined' | 'done' = 'stored',
  ): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'select id from intake where id = any($1::bigint[]) and state = $2 order by id for update',
      [ids, state],
    );
    return rows.map(({ id }) => id);
  }

  async finish(tx: Tx, outcomes: readonly IntakeOutcome[], now: Date): Promise<void> {
    await tx.execute(
      `update intake i set state = r.state, disposition = r.disposition, fingerprint = decode(r.fingerprint, 'hex'),
              message_id_header = r."messageId", from_address = r."fromAddress", subject = r.subject,
              ticket_id = r."ticketId", decisions = r.journal, error = r.error, processed_at = $2,
              server_action = r."serverAction", authentication = nullif(r.authentication, 'null'::jsonb), build = r.build
         from jsonb_to_recordset($1::jsonb) as r (id bigint, state text, disposition text, fingerprint text,
              "messageId" text, "fromAddress" text, subject text, "ticketId" bigint, journal jsonb, error text,
              "serverAction" text, authentication jsonb, build text)
        where i.id = r.id`,
      [JSON.stringify(outcomes), now],
    );
  }

  async find(
    id: string,
  ): Promise<(IntakeWork & { state: string; ticketId: string | null }) | null> {
    const [row] = await this.database.query<WorkRow & { state: string; ticketId: string | null }>(
      `select ${WORK_COLUMNS}, i.state, i.ticket_id as "ticketId", ${CONTENT}
         from intake i left join blobs b on b.sha256 = i.sha256 where i.id = $1`,
      [id],
    );
    return row === undefined ? null : { ...row, sizeBytes: Number(row.sizeBytes) };
  }

  async placeOf(id: string): Promise<PlaceOnServer | null> {
    const [row] = await this.database.query<
      Record<'mailboxKey' | 'folder' | 'uidvalidity' | 'uid' | 'sizeBytes', string>
    >(
      `select mailbox_key as "mailboxKey", folder, uidvalidity::text, uid::text, size_bytes::text as "sizeBytes"
         from intake where id = $1`,
      [id],
    );
    return row === undefined
      ? null
      : { ...row, uid: Number(row.uid), sizeBytes: Number(row.sizeBytes) };
  }

  /** Bytes that came at last; whoever was first stays. */
  async attachBytes(
    tx: Tx,
    id: string,
    bytes: { sha256: Buffer; partial: boolean },
  ): Promise<void> {
    await tx.execute(
      `update intake set sha256 = $2, partial = $3 where id = $1 and sha256 is null`,
      [id, bytes.sha256, bytes.partial],
    );
  }
}
