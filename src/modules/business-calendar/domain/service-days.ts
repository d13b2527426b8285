import type { BusinessCalendar } from './business-calendar.js';
import { skippedDay, type SkippedDay } from './business-days.js';
import { MS_PER_MINUTE } from './civil-day.js';

/** A stretch of real time in which a clock stood still. */
export interface Pause {
  readonly from: Date;
  readonly to: Date;
}

/** A day on which service time was used up. */
export interface ServiceDay {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** With fractions down to the millisecond. */
  readonly minutes: number;
}

/** The service time of [from, to) without the pauses, day by day, and the days in between that gave none. */
export function serviceDays(
  calendar: BusinessCalendar,
  from: Date,
  to: Date,
  pauses: readonly Pause[] = [],
): { readonly counted: ServiceDay[]; readonly skipped: SkippedDay[] } {
  const counted: ServiceDay[] = [];
  const skipped: SkippedDay[] = [];
  const [start, end] = [from.getTime(), to.getTime()];
  // The due instant may be the end of its day (24:00): the day before the one that begins there is the last.
  const last = calendar.dayAt(Math.max(start, end - 1));
  for (let number = calendar.dayAt(start); number <= last; number += 1) {
    const day = calendar.day(number);
    let used = 0;
    for (const segment of day.segments) {
      const inside = overlap(segment.from, segment.to, start, end);
      const paused = pauses.map((pause) =>
        overlap(
          Math.max(segment.from, start),
          Math.min(segment.to, end),
          pause.from.getTime(),
          pause.to.getTime(),
        ),
      );
      used += inside - paused.reduce((sum, one) => sum + one, 0);
    }
    if (used > 0) counted.push({ date: day.date, minutes: used / MS_PER_MINUTE });
    else if (day.segments.length === 0) skipped.push(skippedDay(day));
  }
  return { counted, skipped };
}

function overlap(from: number, to: number, otherFrom: number, otherTo: number): number {
  return Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
}
