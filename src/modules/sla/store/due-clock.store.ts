import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface DueClock {
  readonly clockId: string;
  readonly ticketId: string;
  readonly dueAt: Date;
}

/**
 * What the watcher asks: two partial indexes hold exactly the clocks that may still warn or breach, so a tick costs what is
 * due, however many tickets are open. Rows that somebody else holds are left to them (SKIP LOCKED): another watcher marks
 * them, or an answer ends them. The rows are named by an array: a join makes the planner read the whole table once the
 * statement is prepared and it no longer knows how few they are.
 */
@Injectable()
export class DueClockStore {
  constructor(private readonly database: Database) {}

  /** Marks up to `limit` clocks whose due instant lies before `now`, and returns them: each clock once in its life. */
  markBreached(tx: Tx, now: Date, limit: number): Promise<DueClock[]> {
    return tx.query<DueClock & Record<string, unknown>>(
      `update clocks c set state = 'breached', breached_at = $1
        where c.id = any(array(
          select id from clocks
           where ended_at is null and breached_at is null and due_at < $1 and state = 'running'
           order by due_at limit $2 for update skip locked))
       returning c.id as "clockId", c.ticket_id as "ticketId", c.due_at as "dueAt"`,
      [now, limit],
    );
  }

  /**
   * Marks up to `limit` clocks whose warning has come, and sets the next one; warnings that were missed together are given as
   * one. What is due already is a breach and needs no warning.
   */
  markWarned(tx: Tx, now: Date, limit: number): Promise<DueClock[]> {
    return tx.query<DueClock & Record<string, unknown>>(
      `update clocks c set warned_at = $1,
           warn_at = (select min(w) from unnest(c.later_warnings) w where w > $1),
           later_warnings = array(select w from unnest(c.later_warnings) w where w > $1 order by w offset 1)
        where c.id = any(array(
          select id from clocks
           where ended_at is null and breached_at is null and state = 'running' and warn_at is not null
             and warn_at <= $1 and due_at >= $1
           order by warn_at limit $2 for update skip locked))
       returning c.id as "clockId", c.ticket_id as "ticketId", c.due_at as "dueAt"`,
      [now, limit],
    );
  }

  /** When the next warning or breach comes; null where nothing runs. May lie in the past (held by somebody else). */
  async nextAt(): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>(
      `select least(
         (select min(due_at) from clocks where ended_at is null and breached_at is null and state = 'running'),
         (select min(warn_at) from clocks
           where ended_at is null and breached_at is null and state = 'running' and warn_at is not null)) as at`,
    );
    return row?.at ?? null;
  }
}
