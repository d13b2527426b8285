import type { Clock } from './clock.js';
import type { Database } from './database/database.js';
import type { Tx } from './database/tx.js';
import { createLogger } from './logging.js';

export interface Alarm {
  readonly key: string;
  readonly severity: 'warning' | 'critical';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly raisedAt: Date;
  readonly lastSeenAt: Date;
}

const log = createLogger('alarms');

/** What a person should look at: shown by health, metrics and the API until cleared. Keys such as `mailbox.suporte`. */
export class Alarms {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Raises or refreshes an alarm. The message is one English sentence for the operator: what, where, what to do. */
  async raise(
    key: string,
    severity: Alarm['severity'],
    message: string,
    details: Alarm['details'] = {},
  ): Promise<void> {
    await this.database.inTransaction((tx) => this.raiseIn(tx, key, severity, message, details));
  }

  /** As `raise`, sharing the fate of `tx`: for an alarm that must not be seen without what it is about. */
  async raiseIn(
    tx: Tx,
    key: string,
    severity: Alarm['severity'],
    message: string,
    details: Alarm['details'] = {},
  ): Promise<void> {
    const [row] = await tx.query<{ fresh: boolean }>(
      `insert into alarms as a (key, severity, message, details, raised_at, last_seen_at) values ($1, $2, $3, $4, $5, $5)
       on conflict (key) do update set severity = excluded.severity, message = excluded.message,
         details = excluded.details, last_seen_at = excluded.last_seen_at, cleared_at = null,
         raised_at = case when a.cleared_at is null then a.raised_at else excluded.raised_at end
       returning (raised_at = $5) as fresh`,
      [key, severity, message, JSON.stringify(details), this.clock.now()],
    );
    if (row?.fresh === true) {
      tx.afterCommit(() => log.error({ alarm: key, severity, details }, message));
    }
  }

  /** Clears an alarm; nothing happens where it is not raised. */
  async clear(key: string): Promise<void> {
    await this.database.inTransaction((tx) => this.clearIn(tx, key));
  }

  /** As `clear`, sharing the fate of `tx`. */
  async clearIn(tx: Tx, key: string): Promise<void> {
    const cleared = await tx.execute(
      'update alarms set cleared_at = $2 where key = $1 and cleared_at is null',
      [key, this.clock.now()],
    );
    if (cleared > 0) tx.afterCommit(() => log.info({ alarm: key }, 'alarm cleared'));
  }

  async open(): Promise<Alarm[]> {
    return this.database.query<Alarm & Record<string, unknown>>(
      `select key, severity, message, details, raised_at as "raisedAt", last_seen_at as "lastSeenAt"
         from alarms where cleared_at is null order by raised_at`,
    );
  }
}
