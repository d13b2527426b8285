import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CurrentConfig, type HolidayConfig } from '../../../config/index.js';
import { Alarms, Clock, createLogger, Database, messageOf } from '../../../platform/index.js';
import { LAST_YEAR } from '../domain/civil-day.js';
import { importedDays } from '../domain/icalendar.js';
import { ImportedHolidays } from '../imported-holidays.js';
import { readSource } from '../read-source.js';
import { CalendarSourceStore, type SourceKey } from '../store/calendar-source.store.js';

/** After a failure, and where a worker died with a look in hand. */
const RETRY_MS = 15 * 60_000;
/** Recurring events are listed so far ahead: beyond it nobody promises. */
const YEARS_AHEAD = 10;

const log = createLogger('business-calendar');

type Copy =
  | { readonly kind: 'days'; days: HolidayConfig[]; sha256: string; etag: string | null }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Looks at the iCalendar sources whose time has come. A good copy replaces the one before; what fails leaves it in force
 * and raises an alarm until a look succeeds. Safe with any number of workers: each look is claimed first.
 */
@Injectable()
export class LookAtSources {
  constructor(
    private readonly config: CurrentConfig,
    private readonly database: Database,
    private readonly store: CalendarSourceStore,
    private readonly imported: ImportedHolidays,
    private readonly alarms: Alarms,
    private readonly clock: Clock,
  ) {}

  /** Returns how many sources were looked at. Throws only what the database throws. */
  async run(signal: AbortSignal): Promise<number> {
    const wanted = this.sources();
    const now = this.clock.now();
    const { due, gone } = await this.database.inTransaction(async (tx) => ({
      gone: await this.store.mirror(tx, wanted, now),
      due: await this.store.claim(tx, now, new Date(now.getTime() + RETRY_MS)),
    }));
    for (const source of gone) await this.alarms.clear(alarmOf(source));
    for (const source of due) {
      const refreshMs = wanted.find((one) => isSame(one, source))?.refreshMs ?? RETRY_MS;
      await this.look(source, source.etag, refreshMs, signal);
    }
    if (gone.length > 0 || due.length > 0) this.imported.forget();
    return due.length;
  }

  private sources(): (SourceKey & { refreshMs: number })[] {
    return Object.entries(this.config.get().calendars).flatMap(([calendar, { icalendar }]) =>
      icalendar.map(({ url, file, refreshHours }) => ({
        calendar,
        location: (url ?? file)!,
        refreshMs: refreshHours * 3_600_000,
      })),
    );
  }

  private async look(
    source: SourceKey,
    etag: string | null,
    refreshMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const copy = await this.copyOf(source, etag, signal);
    if (signal.aborted) return;
    if (copy.kind === 'failed') {
      await this.alarms.raise(
        alarmOf(source),
        'warning',
        `Days off for the calendar ${source.calendar} could not be read: ${copy.why}. What was read last stays in force; mend the source or take it out of the configuration.`,
        { calendar: source.calendar, why: copy.why },
      );
      return;
    }
    const now = this.clock.now();
    const nextLookAt = new Date(now.getTime() + refreshMs);
    await this.database.inTransaction(async (tx) => {
      if (copy.kind === 'unchanged') await this.store.unchanged(tx, source, now, nextLookAt);
      else await this.store.keep(tx, source, copy, { now, nextLookAt });
      await this.alarms.clearIn(tx, alarmOf(source));
    });
    if (copy.kind === 'days') {
      log.info({ calendar: source.calendar, days: copy.days.length }, 'days off were read');
    }
  }

  private async copyOf(source: SourceKey, etag: string | null, signal: AbortSignal): Promise<Copy> {
    const read = await readSource(source.location, etag, signal);
    if (read.kind !== 'text') return read;
    const untilYear = Math.min(LAST_YEAR, this.clock.now().getUTCFullYear() + YEARS_AHEAD);
    try {
      return {
        kind: 'days',
        days: importedDays(read.text, untilYear),
        sha256: createHash('sha256').update(read.text).digest('hex'),
        etag: read.etag,
      };
    } catch (error) {
      return { kind: 'failed', why: messageOf(error) };
    }
  }
}

function isSame(a: SourceKey, b: SourceKey): boolean {
  return a.calendar === b.calendar && a.location === b.location;
}

/** One alarm a source; a URL may hold a secret, so its hash names it. */
function alarmOf({ calendar, location }: SourceKey): string {
  const short = createHash('sha256').update(location).digest('hex').slice(0, 8);
  return `calendar.${calendar}.${short}`;
}
