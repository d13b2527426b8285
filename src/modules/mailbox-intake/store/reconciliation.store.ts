import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { ReconciliationReport } from '../domain/reconciliation.js';

export interface ReconciliationRequest {
  readonly id: string;
  readonly requestedBy: 'schedule' | 'operator';
  readonly fix: boolean;
  /** How often it was begun, this time included. */
  readonly begun: number;
}

export interface FinishedReconciliation {
  readonly finishedAt: Date;
  readonly error: string | null;
  readonly differences: number | null;
  readonly report: ReconciliationReport | null;
}

/** A folder under one UIDVALIDITY. */
export interface ComparedFolder {
  readonly mailboxKey: string;
  readonly folder: string;
  readonly uidvalidity: string;
}

export interface ComparedRange {
  /** On the server and without a row. */
  readonly missing: number[];
  /** On the server and recorded as gone. */
  readonly vanished: number[];
  /** On the server and recorded. */
  readonly recorded: number;
  /** Of those: older than the mailbox's start (D1). */
  readonly historical: number;
  /** Recorded and no longer on the server. */
  readonly gone: number;
}

export interface UnfinishedMail {
  readonly folder: string;
  readonly uid: number;
  readonly messageId: string | null;
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly attempts: number;
}

/** Answers of a mailbox that stay. */
const KEPT = 50;

const IN_FOLDER = 'mailbox_key = $1 and folder = $2 and uidvalidity = $3';

/** Requests for comparisons and their answers, and what is recorded of ranges of UIDs. */
@Injectable()
export class ReconciliationStore {
  constructor(private readonly database: Database) {}

  /** Asks for a comparison; one that is open already and does the same serves both. Returns its id. */
  async request(
    mailboxKey: string,
    by: 'schedule' | 'operator',
    fix: boolean,
    now: Date,
  ): Promise<string> {
    return this.database.inTransaction(async (tx) => {
      const [row] = await tx.query<{ id: string }>(
        `insert into reconciliations as r (mailbox_key, requested_by, fix, requested_at) values ($1, $2, $3, $4)
         on conflict (mailbox_key, requested_by, fix) where finished_at is null do update set fix = r.fix returning id`,
        [mailboxKey, by, fix, now],
      );
      return row!.id;
    });
  }

  /** Asks for those of the mailboxes that were not compared since `comparedSince` nor tried since `triedSince`. */
  async schedule(
    mailboxKeys: readonly string[],
    fix: boolean,
    times: { now: Date; comparedSince: Date; triedSince: Date },
  ): Promise<number> {
    return this.database.inTransaction((tx) =>
      tx.execute(
        `insert into reconciliations (mailbox_key, requested_by, fix, requested_at)
         select m.key, 'schedule', $2, $3 from mailboxes m
          where m.key = any($1) and not exists (
            select 1 from reconciliations r where r.mailbox_key = m.key
               and (r.finished_at is null or r.finished_at > $5 or (r.error is null and r.finished_at > $4)))
         on conflict (mailbox_key, requested_by, fix) where finished_at is null do nothing`,
        [mailboxKeys, fix, times.now, times.comparedSince, times.triedSince],
      ),
    );
  }

  /** Mailboxes for which a comparison is asked. */
  async mailboxesAsked(): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `select distinct mailbox_key as key from reconciliations where finished_at is null`,
    );
    return rows.map(({ key }) => key);
  }

  /** The next open request of the mailbox, counted as begun; an operator's first. */
  async begin(mailboxKey: string): Promise<ReconciliationRequest | null> {
    const [open] = await this.database.query(
      `select 1 from reconciliations where mailbox_key = $1 and finished_at is null limit 1`,
      [mailboxKey],
    );
    if (open === undefined) return null;
    return this.database.inTransaction(async (tx) => {
      const [row] = await tx.query<ReconciliationRequest & Record<string, unknown>>(
        `update reconciliations set begun = begun + 1
          where id = (select id from reconciliations where mailbox_key = $1 and finished_at is null
                       order by requested_by, id limit 1)
          returning id, requested_by as "requestedBy", fix, begun`,
        [mailboxKey],
      );
      return row ?? null;
    });
  }

  /** Interrupted in order: the beginning does not count. */
  async handBack(id: string): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute('update reconciliations set begun = greatest(begun - 1, 0) where id = $1', [id]),
    );
  }

  /** Answers the request; only the latest of a mailbox are kept. */
  async finish(
    tx: Tx,
    id: string,
    answer: Omit<FinishedReconciliation, 'finishedAt'> & { readonly now: Date },
  ): Promise<void> {
    await tx.execute(
      `update reconciliations set finished_at = $2, error = $3, differences = $4, report = $5 where id = $1`,
      [
        id,
        answer.now,
        answer.error,
        answer.differences,
        answer.report && JSON.stringify(answer.report),
      ],
    );
    await tx.execute(
      `delete from reconciliations old using reconciliations this
        where this.id = $1 and old.mailbox_key = this.mailbox_key and old.finished_at is not null
          and old.id < (select min(id) from (select id from reconciliations k where k.mailbox_key = this.mailbox_key
                                              order by id desc limit ${KEPT}) kept)`,
      [id],
    );
  }

  async answer(id: string): Promise<FinishedReconciliation | null> {
    const [row] = await this.database.query<FinishedReconciliation & Record<string, unknown>>(
      `select finished_at as "finishedAt", error, differences,
              -- A worker of the version before writes none.
              jsonb_build_object('unwatched', '[]'::jsonb) || report as report from reconciliations
        where id = $1 and finished_at is not null`,
      [id],
    );
    return row ?? null;
  }

  /**
   * The UIDs that the server has in [from, to] against what is recorded there; counted in the database, because of a
   * folder that is emptied by `after: move` far more may be recorded than is there.
   */
  async compare(
    where: ComparedFolder,
    range: { from: number; to: number; onServer: readonly number[] },
  ): Promise<ComparedRange> {
    const [row] = await this.database.query<
      Omit<ComparedRange, 'missing' | 'vanished'> & { missing: string[]; vanished: string[] }
    >(
      `with there as (
         select u.uid, i.uid is not null as known, i.disposition
           from unnest($4::bigint[]) u (uid)
           left join intake i on i.mailbox_key = $1 and i.folder = $2 and i.uidvalidity = $3 and i.uid = u.uid
       ), counted as (
         select coalesce(array_agg(uid order by uid) filter (where not known), '{}') as missing,
                coalesce(array_agg(uid order by uid) filter (where disposition = 'vanished'), '{}') as vanished,
                count(*) filter (where known and disposition is distinct from 'vanished')::integer as recorded,
                count(*) filter (where disposition = 'historical')::integer as historical
           from there
       )
       select counted.*, (select count(*)::integer from intake
                           where ${IN_FOLDER} and uid between $5 and $6 and disposition is distinct from 'vanished')
                         - counted.recorded as gone
         from counted`,
      [where.mailboxKey, where.folder, where.uidvalidity, range.onServer, range.from, range.to],
    );
    const { missing, vanished } = row!;
    return { ...row!, missing: missing.map(Number), vanished: vanished.map(Number) };
  }

  /** Which of these UIDs are recorded and not merely as gone. */
  async recordedAmong(where: ComparedFolder, uids: readonly number[]): Promise<Set<number>> {
    const rows = await this.database.query<{ uid: string }>(
      `select uid from intake where ${IN_FOLDER} and uid = any($4::bigint[]) and disposition is distinct from 'vanished'`,
      [where.mailboxKey, where.folder, where.uidvalidity, uids],
    );
    return new Set(rows.map(({ uid }) => Number(uid)));
  }

  /** The highest UID that was recorded as older than the mailbox's start (D1); 0 where none was. */
  async lastHistorical(where: ComparedFolder): Promise<number> {
    const [row] = await this.database.query<{ uid: string | null }>(
      `select max(uid) as uid from intake where ${IN_FOLDER} and disposition = 'historical'`,
      [where.mailboxKey, where.folder, where.uidvalidity],
    );
    return Number(row?.uid ?? 0);
  }

  /** Which of these Message-IDs any recorded message of the mailbox bears. */
  async knownMessageIds(mailboxKey: string, messageIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `select distinct message_id_header as id from intake where message_id_header = any($2) and mailbox_key = $1`,
      [mailboxKey, messageIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Every folder of the mailbox that was ever read. */
  async foldersRead(mailboxKey: string): Promise<string[]> {
    const rows = await this.database.query<{ folder: string }>(
      `select folder from mailbox_cursors where mailbox_key = $1 order by folder`,
      [mailboxKey],
    );
    return rows.map(({ folder }) => folder);
  }

  /** Recorded before `before` and not processed, oldest first. */
  async unfinished(mailboxKey: string, before: Date, limit: number): Promise<UnfinishedMail[]> {
    const rows = await this.database.query<
      Omit<UnfinishedMail, 'uid' | 'sizeBytes'> & { uid: string; sizeBytes: string }
    >(
      `select folder, uid, message_id_header as "messageId", received_at as "receivedAt", size_bytes as "sizeBytes", attempts
         from intake where mailbox_key = $1 and state = 'stored' and fetched_at < $2 order by id limit $3`,
      [mailboxKey, before, limit],
    );
    return rows.map((row) => ({ ...row, uid: Number(row.uid), sizeBytes: Number(row.sizeBytes) }));
  }

  /** What waits for a later try is due now. */
  async dueNow(mailboxKey: string, before: Date): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `update intake set next_attempt_at = now() where mailbox_key = $1 and state = 'stored' and fetched_at < $2`,
        [mailboxKey, before],
      ),
    );
  }
}
