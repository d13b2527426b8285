/**
 * Civil days as whole numbers: days since 1970-01-01 in the proleptic Gregorian calendar. No zone, no instant: adding
 * days is adding numbers. (Temporal.PlainDate says the same; numbers index tables and cost nothing.)
 */
export type DayNumber = number;

export const MS_PER_MINUTE = 60_000;
export const MS_PER_DAY = 86_400_000;

/** Years the calendars answer for: Lei 10.607/2002 settled today's list of national holidays from 2003 on. */
export const FIRST_YEAR = 2003;
export const LAST_YEAR = 2199;

/** Monday first, as ISO 8601 counts and as configuration names them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface CivilDate {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  readonly day: number;
}

/** Asked for a date that no table covers, or with a count that means nothing. The message is one English sentence. */
export class CalendarRangeError extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = 'CalendarRangeError';
  }
}

export function dayNumberOf(year: number, month: number, day: number): DayNumber {
  return Date.UTC(year, month - 1, day) / MS_PER_DAY;
}

export function civilDateOf(day: DayNumber): CivilDate {
  const date = new Date(day * MS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function yearOf(day: DayNumber): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}

/** 0 = Monday … 6 = Sunday (1970-01-01 was a Thursday). */
export function weekdayIndexOf(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function weekdayOf(day: DayNumber): Weekday {
  return WEEKDAYS[weekdayIndexOf(day)]!;
}

/** YYYY-MM-DD. */
export function isoOf(day: DayNumber): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The day in `YYYY-MM-DD`; null where the text is no existing date (2026-02-29). */
export function parseIsoDay(text: string): DayNumber | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const day = dayNumberOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return isoOf(day) === text ? day : null;
}

/** Throws CalendarRangeError for a year outside 2003–2199, naming the bounds. */
export function requireYear(year: number): void {
  if (!Number.isInteger(year) || year < FIRST_YEAR || year > LAST_YEAR) {
    throw new CalendarRangeError(
      `Calendars answer for the years ${FIRST_YEAR} to ${LAST_YEAR}; ${year} lies outside.`,
    );
  }
}
