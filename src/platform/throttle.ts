import { createHash } from 'node:crypto';
import type { Clock } from './clock.js';
import type { Database } from './database/database.js';
import { AppError } from './errors.js';

export interface ThrottleRule {
  /** What is counted, e.g. `login.account`. */
  readonly name: string;
  /** Whose hits: an address, an account. Only its hash is stored. */
  readonly subject: string;
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Fixed-window counters in PostgreSQL: a limit holds across processes and restarts. Windows are aligned to the clock, so
 * at most twice `limit` pass around a boundary.
 */
export class Throttle {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Counts one hit; throws AppError `too_many_requests` (with `retryAfterSeconds`) where it is over the limit. */
  async hit(rule: ThrottleRule): Promise<void> {
    const now = this.clock.now().getTime();
    const windowStart = now - (now % rule.windowMs);
    const [row] = await this.database.inTransaction((tx) =>
      tx.query<{ hits: number }>(
        `insert into throttles as t (key, window_start, hits) values ($1, $2, 1)
         on conflict (key, window_start) do update set hits = t.hits + 1 returning hits`,
        [keyOf(rule), new Date(windowStart)],
      ),
    );
    if (row !== undefined && row.hits > rule.limit) {
      throw new AppError('too_many_requests', {
        context: {
          throttle: rule.name,
          retryAfterSeconds: (windowStart + rule.windowMs - now) / 1000,
        },
      });
    }
  }

  /** Takes one hit back: a log-in that succeeded is no attempt to guess. */
  async refund(rule: ThrottleRule): Promise<void> {
    const now = this.clock.now().getTime();
    await this.database.inTransaction((tx) =>
      tx.execute(
        'update throttles set hits = hits - 1 where key = $1 and window_start = $2 and hits > 0',
        [keyOf(rule), new Date(now - (now % rule.windowMs))],
      ),
    );
  }

  /** Removes windows older than a day; returns how many. */
  async forgetOld(): Promise<number> {
    return this.database.inTransaction((tx) =>
      tx.execute(`delete from throttles where window_start < $1::timestamptz - interval '1 day'`, [
        this.clock.now(),
      ]),
    );
  }
}

/** Addresses of people are no business of this table: a hash counts as well. */
function keyOf(rule: ThrottleRule): string {
  const subject = createHash('sha256')
    .update(rule.subject.toLowerCase())
    .digest('base64url')
    .slice(0, 22);
  return `${rule.name}:${subject}`;
}
