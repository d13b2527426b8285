import { Injectable } from '@nestjs/common';
import type { HolidayConfig } from '../../../config/index.js';
import { Database, type Tx } from '../../../platform/index.js';

/** A source as configuration names it. */
export interface SourceKey {
  readonly calendar: string;
  readonly location: string;
}

export interface ImportedDays extends SourceKey {
  readonly days: readonly HolidayConfig[];
}

/** Anything that runs a statement: inside a transaction its own connection is used, never a second one. */
export type Reader = Pick<Tx, 'query'> | Pick<Database, 'query'>;

type Row<Shape> = Shape & Record<string, unknown>;

/** What iCalendar sources said last. */
@Injectable()
export class CalendarSourceStore {
  constructor(private readonly database: Database) {}

  days(reader: Reader = this.database): Promise<ImportedDays[]> {
    return reader.query<Row<ImportedDays>>(
      'select calendar, location, days from calendar_sources order by calendar, location',
    );
  }

  /** Makes the rows those that configuration names now; returns what is gone. */
  mirror(tx: Tx, sources: readonly SourceKey[], now: Date): Promise<SourceKey[]> {
    return tx.query<Row<SourceKey>>(
      `with wanted as (
         select distinct calendar, location from jsonb_to_recordset($1::jsonb) as w (calendar text, location text)
       ), added as (
         insert into calendar_sources (calendar, location, next_look_at)
         select calendar, location, $2 from wanted on conflict do nothing
       )
       delete from calendar_sources s
        where not exists (select 1 from wanted w where w.calendar = s.calendar and w.location = s.location)
       returning s.calendar, s.location`,
      [JSON.stringify(sources), now],
    );
  }

  /** Takes the sources whose look is due, each for one worker until `retryAt`: should it die, another one looks then. */
  claim(tx: Tx, now: Date, retryAt: Date): Promise<(SourceKey & { etag: string | null })[]> {
    return tx.query<Row<SourceKey & { etag: string | null }>>(
      `with due as (
         select calendar, location from calendar_sources where next_look_at <= $1 for update skip locked)
       update calendar_sources s set next_look_at = $2 from due
        where s.calendar = due.calendar and s.location = due.location
       returning s.calendar, s.location, s.etag`,
      [now, retryAt],
    );
  }

  async keep(
    tx: Tx,
    source: SourceKey,
    copy: { days: readonly HolidayConfig[]; sha256: string; etag: string | null },
    at: { now: Date; nextLookAt: Date },
  ): Promise<void> {
    await tx.execute(
      `update calendar_sources set days = $3, sha256 = $4, etag = $5, fetched_at = $6, next_look_at = $7
        where calendar = $1 and location = $2`,
      [
        source.calendar,
        source.location,
        JSON.stringify(copy.days),
        copy.sha256,
        copy.etag,
        at.now,
        at.nextLookAt,
      ],
    );
  }

  /** The server says that nothing changed. */
  async unchanged(tx: Tx, source: SourceKey, now: Date, nextLookAt: Date): Promise<void> {
    await tx.execute(
      `update calendar_sources set fetched_at = $3, next_look_at = $4 where calendar = $1 and location = $2`,
      [source.calendar, source.location, now, nextLookAt],
    );
  }
}
