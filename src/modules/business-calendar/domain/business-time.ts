import type { BusinessCalendar, YearTable } from './business-calendar.js';
import { validInstant } from './business-days.js';
import { CalendarRangeError, MS_PER_MINUTE, yearOf } from './civil-day.js';

/** Longer than any promise in minutes (about four years of 9-hour days); a longer one is a mistake. */
export const MAX_BUSINESS_MINUTES = 600_000;

/**
 * The instant at which `minutes` of service have passed since `at` (D16): time runs inside the intervals by the wall clock,
 * a skipped hour has none, a repeated one counts twice, milliseconds are kept, and time used up exactly at a close is due
 * at that close. Zero minutes are over at once. CalendarRangeError for a negative or endless count and outside 2003–2199.
 */
export function addBusinessMinutes(calendar: BusinessCalendar, at: Date, minutes: number): Date {
  const start = validInstant(at);
  let left = milliseconds(minutes);
  if (left === 0) return new Date(start);
  let table = calendar.year(yearOf(calendar.dayAt(start)));
  let target = serviceUntil(table, start) + left;
  for (;;) {
    const total = table.serviceBefore.at(-1)!;
    if (target <= total) return new Date(instantOfService(table, target, 'close'));
    left = target - total;
    table = calendar.year(table.year + 1);
    target = left;
  }
}

/**
 * The instant since which `minutes` of service pass until `at`: where a warning stands. Time used up exactly at an opening
 * begins at that opening, not at the close before it, so that nobody is warned at night.
 */
export function subtractBusinessMinutes(
  calendar: BusinessCalendar,
  at: Date,
  minutes: number,
): Date {
  const end = validInstant(at);
  const wanted = milliseconds(minutes);
  if (wanted === 0) return new Date(end);
  let table = calendar.year(yearOf(calendar.dayAt(end)));
  let target = serviceUntil(table, end) - wanted;
  while (target < 0) {
    table = calendar.year(table.year - 1);
    target += table.serviceBefore.at(-1)!;
  }
  return new Date(instantOfService(table, target, 'opening'));
}

/** Minutes of service in [from, to), with fractions down to the millisecond; negative where `to` lies before `from`. */
export function businessMinutesBetween(calendar: BusinessCalendar, from: Date, to: Date): number {
  const [start, end] = [validInstant(from), validInstant(to)];
  if (end < start) return -businessMinutesBetween(calendar, to, from);
  const [first, last] = [start, end].map((instant) =>
    calendar.year(yearOf(calendar.dayAt(instant))),
  ) as [YearTable, YearTable];
  let service = serviceUntil(last, end) - serviceUntil(first, start);
  for (let year = first.year; year < last.year; year += 1) {
    service += calendar.year(year).serviceBefore.at(-1)!;
  }
  return service / MS_PER_MINUTE;
}

/** Whether somebody is there at `at`: [from, to) of an interval, so the closing instant itself is outside. */
export function isServiceTime(calendar: BusinessCalendar, at: Date): boolean {
  const instant = validInstant(at);
  const table = calendar.year(yearOf(calendar.dayAt(instant)));
  const index = firstSegmentEndingAfter(table, instant);
  return index < table.segmentStarts.length && table.segmentStarts[index]! <= instant;
}

/** `at` itself where it is service time, else the next instant at which service opens. */
export function nextOpening(calendar: BusinessCalendar, at: Date): Date {
  const instant = validInstant(at);
  for (
    let table = calendar.year(yearOf(calendar.dayAt(instant)));
    ;
    table = calendar.year(table.year + 1)
  ) {
    const index = firstSegmentEndingAfter(table, instant);
    if (index < table.segmentStarts.length)
      return new Date(Math.max(instant, table.segmentStarts[index]!));
  }
}

function milliseconds(minutes: number): number {
  if (!(minutes >= 0 && minutes <= MAX_BUSINESS_MINUTES)) {
    throw new CalendarRangeError(
      `A count of business minutes lies between 0 and ${MAX_BUSINESS_MINUTES}, not ${minutes}.`,
    );
  }
  return Math.round(minutes * MS_PER_MINUTE);
}

/** Milliseconds of service in the table's year before `instant`. */
function serviceUntil(table: YearTable, instant: number): number {
  const index = firstSegmentEndingAfter(table, instant);
  const inside =
    index < table.segmentStarts.length ? Math.max(0, instant - table.segmentStarts[index]!) : 0;
  return table.serviceBefore[index]! + inside;
}

/**
 * The instant at which `service` milliseconds of the year have passed. Between a close and the next opening that is a whole
 * stretch: its beginning (`close`) or its end (`opening`) is taken.
 */
function instantOfService(table: YearTable, service: number, side: 'close' | 'opening'): number {
  let low = 0;
  let high = table.segmentStarts.length - 1;
  while (low < high) {
    const middle = side === 'close' ? (low + high) >> 1 : (low + high + 1) >> 1;
    if (side === 'close') {
      if (table.serviceBefore[middle + 1]! >= service) high = middle;
      else low = middle + 1;
    } else if (table.serviceBefore[middle]! <= service) low = middle;
    else high = middle - 1;
  }
  return table.segmentStarts[low]! + service - table.serviceBefore[low]!;
}

function firstSegmentEndingAfter(table: YearTable, instant: number): number {
  let low = 0;
  let high = table.segmentEnds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table.segmentEnds[middle]! > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}
