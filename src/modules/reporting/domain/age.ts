import { FIRST_YEAR, type BusinessCalendar } from '../../business-calendar/index.js';

/** The promises are of 3 and of 6 business days (D13, D14): a bucket ends with each. Ages in business days, ends included. */
export const AGE_BUCKETS = [
  { from: 0, to: 0 },
  { from: 1, to: 3 },
  { from: 4, to: 6 },
  { from: 7, to: 15 },
  { from: 16, to: null },
] as const;

/** Further back than any calendar's longest closure between two business days. */
const LONGEST_LOOK_DAYS = 3_660;

/**
 * Business days of age as D15 counts: the civil day of receipt is left out, today is in. Answers for each bucket but the
 * first the first instant of a civil day before which what was received is at least so old, in the order of the buckets.
 */
export function ageThresholds(calendar: BusinessCalendar, now: Date): Date[] {
  const starts = AGE_BUCKETS.slice(1).map(({ from }) => from);
  const thresholds: Date[] = [];
  let day = calendar.dayAt(now.getTime());
  for (let counted = 0, looked = 0; thresholds.length < starts.length; day -= 1, looked += 1) {
    if (looked > LONGEST_LOOK_DAYS) break;
    if (!calendar.day(day).businessDay) continue;
    counted += 1;
    if (counted === starts[thresholds.length]) thresholds.push(startOfDay(calendar, day));
  }
  // A calendar without business days ages nothing.
  while (thresholds.length < starts.length) thresholds.push(new Date(0));
  return thresholds;
}

/** The first day that calendars answer for: what claims to be older is as old as that. */
const FIRST_DAY = Date.UTC(FIRST_YEAR, 0, 1) / 86_400_000;

/** Business days in (day of receipt, today]; 0 where today is that day. */
export function businessDaysOld(calendar: BusinessCalendar, receivedAt: Date, now: Date): number {
  let age = 0;
  const received = Math.max(calendar.dayAt(receivedAt.getTime()), FIRST_DAY);
  for (let day = calendar.dayAt(now.getTime()); day > received; day -= 1) {
    if (calendar.day(day).businessDay) age += 1;
  }
  return age;
}

function startOfDay(calendar: BusinessCalendar, day: number): Date {
  const date = Temporal.PlainDate.from(calendar.day(day).date);
  return new Date(date.toZonedDateTime({ timeZone: calendar.zone }).epochMilliseconds);
}
