/** More than a year and a month: a report of two years is two reports, and never one that hurts everybody else. */
export const MAX_REPORT_DAYS = 400;
const DEFAULT_DAYS = 30;

/** Whole civil days of a zone. */
export interface CivilRange {
  readonly kind: 'range';
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  /** The first instant of `from` and the first one after `to`. */
  readonly start: Date;
  readonly end: Date;
  /** How many Mondays, Tuesdays, … lie in it. */
  readonly weekdays: readonly number[];
}

export interface WrongRange {
  readonly kind: 'wrong';
  readonly path: 'from' | 'to';
  readonly reason: 'no_date' | 'reversed' | 'too_long';
}

/**
 * The days that a report is about. Without `to` until today (of `zone`, at `now`), without `from` 30 days in all.
 */
export function civilRange(
  said: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
  now: Date,
): CivilRange | WrongRange {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  const to = said.to === undefined ? today : civilDay(said.to);
  if (to === null) return { kind: 'wrong', path: 'to', reason: 'no_date' };
  const from =
    said.from === undefined ? to.subtract({ days: DEFAULT_DAYS - 1 }) : civilDay(said.from);
  if (from === null) return { kind: 'wrong', path: 'from', reason: 'no_date' };
  const days = from.until(to, { largestUnit: 'day' }).days + 1;
  if (days < 1) return { kind: 'wrong', path: 'to', reason: 'reversed' };
  if (days > MAX_REPORT_DAYS) return { kind: 'wrong', path: 'to', reason: 'too_long' };
  return {
    kind: 'range',
    from: from.toString(),
    to: to.toString(),
    start: firstInstant(from, zone),
    end: firstInstant(to.add({ days: 1 }), zone),
    weekdays: weekdaysOf(from, days),
  };
}

/** When the day begins in `zone`: at midnight, or where a clock change skips it at the first instant that there is. */
export function firstInstant(day: Temporal.PlainDate, zone: string): Date {
  return new Date(day.toZonedDateTime({ timeZone: zone }).epochMilliseconds);
}

/** A day written YYYY-MM-DD; null for anything else. */
export function civilDay(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return null;
  }
}

function weekdaysOf(from: Temporal.PlainDate, days: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
    const before = (weekday - from.dayOfWeek + 7) % 7;
    return before >= days ? 0 : Math.floor((days - 1 - before) / 7) + 1;
  });
}
