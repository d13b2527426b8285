import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CurrentConfig, type HolidayConfig } from '../../config/index.js';
import { Clock, createLogger, messageOf } from '../../platform/index.js';
import { CalendarSourceStore, type Reader } from './store/calendar-source.store.js';

/** How old this process's copy may be: another one may have fetched since. */
const FRESH_MS = 30_000;

const NONE: readonly HolidayConfig[] = [];
const log = createLogger('business-calendar');

/**
 * This process's copy of what the iCalendar sources say, by calendar. The lists keep their identity while they say the same,
 * so that a calendar's tables are worked out once. Costs nothing where no calendar has a source.
 */
@Injectable()
export class ImportedHolidays implements OnModuleInit {
  private byCalendar: ReadonlyMap<string, readonly HolidayConfig[]> = new Map();
  private text = '';
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly store: CalendarSourceStore,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** As read last; a copy that has grown old is read anew behind the caller's back. */
  of(calendar: string): readonly HolidayConfig[] {
    if (this.isStale() && this.reading === null) {
      this.reading = this.refresh()
        .catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, 'imported days could not be read, the copy stays'),
        )
        .finally(() => {
          this.reading = null;
        });
    }
    return this.byCalendar.get(calendar) ?? NONE;
  }

  /** Reads anew where the copy has grown old. Inside a transaction give it as `reader`. */
  async refresh(reader?: Reader): Promise<void> {
    if (!this.isStale()) return;
    this.readAt = this.clock.now().getTime();
    this.take(await this.store.days(reader));
  }

  /** The next question reads anew. */
  forget(): void {
    this.readAt = -Infinity;
  }

  private isStale(): boolean {
    if (this.clock.now().getTime() - this.readAt < FRESH_MS) return false;
    return Object.values(this.config.get().calendars).some(({ icalendar }) => icalendar.length > 0);
  }

  private take(rows: Awaited<ReturnType<CalendarSourceStore['days']>>): void {
    const text = JSON.stringify(rows);
    if (text === this.text) return;
    this.text = text;
    const byCalendar = new Map<string, HolidayConfig[]>();
    for (const { calendar, days } of rows) {
      byCalendar.set(calendar, [...(byCalendar.get(calendar) ?? []), ...days]);
    }
    this.byCalendar = byCalendar;
  }
}
