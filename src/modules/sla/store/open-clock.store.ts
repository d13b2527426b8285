import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { OpenClock } from '../domain/what-if.js';

const BATCH = 5_000;

/** Every clock that has not ended, for looking at them all: in batches, however many there are. */
@Injectable()
export class OpenClockStore {
  constructor(private readonly database: Database) {}

  /** In the order of their start. `calendar` is the calendar's name. */
  async *all(calendar: string): AsyncGenerator<OpenClock> {
    for (let after = '0'; ;) {
      const rows = await this.database.query<OpenClock & Record<string, unknown>>(
        `select c.id, c.ticket_id as "ticketId", c.kind, v.name as calendar, c.policy, c.started_at as "startedAt",
                c.due_at as "dueAt", c.breached_at is not null as breached, c.pauses
           from clocks c join calendar_versions v on v.id = c.calendar_version_id
          where c.ended_at is null and v.name = $1 and c.id > $2 order by c.id limit $3`,
        [calendar, after, BATCH],
      );
      yield* rows;
      if (rows.length < BATCH) return;
      after = rows.at(-1)!.id;
    }
  }
}
