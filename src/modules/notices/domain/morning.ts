import type { BusinessCalendar } from '../../business-calendar/index.js';

/** How long after the opening a digest still is that morning's. */
const MORNING_MS = 3 * 3_600_000;

/** The beginning of a business day, as long as it lasts. */
export interface Morning {
  /** YYYY-MM-DD in the calendar's zone. */
  readonly day: string;
  readonly opensAt: Date;
  /** Later than this it is not said any more. */
  readonly endsAt: Date;
  /** The end of the civil day: what is due before is due today. */
  readonly dayEndsAt: Date;
}

/** The morning that `now` lies in; null outside of one: before the opening, later on the day, on days off. */
export function morningAt(calendar: BusinessCalendar, now: Date): Morning | null {
  const number = calendar.dayAt(now.getTime());
  const day = calendar.day(number);
  const [first] = day.segments;
  if (!day.businessDay || first === undefined) return null;
  const endsAt = Math.min(first.from + MORNING_MS, day.closesAt);
  if (now.getTime() < first.from || now.getTime() >= endsAt) return null;
  return {
    day: day.date,
    opensAt: new Date(first.from),
    endsAt: new Date(endsAt),
    dayEndsAt: new Date(firstInstantOf(calendar, number + 1, now)),
  };
}

/** The first millisecond of a civil day that lies ahead of `after`, by halving. */
function firstInstantOf(calendar: BusinessCalendar, day: number, after: Date): number {
  let [before, at] = [after.getTime(), after.getTime() + 2 * 86_400_000];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (calendar.dayAt(middle) >= day) at = middle;
    else before = middle;
  }
  return at;
}
