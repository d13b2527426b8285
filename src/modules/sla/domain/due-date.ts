import {
  addBusinessDays,
  addBusinessMinutes,
  CalendarRangeError,
  explainBusinessDays,
  explainBusinessMinutes,
  FIRST_YEAR,
  subtractBusinessMinutes,
  type Beginning,
  type BusinessCalendar,
  type Explanation,
} from '../../business-calendar/index.js';
import type { FixedPromise } from './policy.js';

/** How a promise was counted. */
export interface CountedPromise {
  /** Civil days YYYY-MM-DD; empty for a promise in minutes. */
  readonly daysCounted: readonly string[];
  readonly daysSkipped: readonly { readonly date: string; readonly why: string }[];
  readonly explanation: Explanation;
}

/** When a promise given at `startedAt` is due: in business days (D15) or business minutes (D16). */
export function dueAtOf(calendar: BusinessCalendar, promise: FixedPromise, startedAt: Date): Date {
  const from = countable(calendar, startedAt);
  return promise.businessMinutes === undefined
    ? addBusinessDays(calendar, from, promise.businessDays!).dueAt
    : addBusinessMinutes(calendar, from, promise.businessMinutes);
}

/**
 * When to warn (D19): so many business hours before the due instant. Null where no warning is wanted or where it would
 * stand at or before the start: then the new ticket is notice enough.
 */
export function warnAtOf(
  calendar: BusinessCalendar,
  promise: FixedPromise,
  startedAt: Date,
  dueAt: Date,
): Date | null {
  if (promise.warnBusinessHours <= 0) return null;
  try {
    const warnAt = subtractBusinessMinutes(calendar, dueAt, promise.warnBusinessHours * 60);
    return warnAt > startedAt ? warnAt : null;
  } catch (error) {
    // Before the first table there is nothing to warn about.
    if (error instanceof CalendarRangeError) return null;
    throw error;
  }
}

/**
 * The same calculation with its reasons: what set the deadline is what explains it. `fixedDueAt` is the due instant that was
 * promised: it is the one that is said, also where the zone's law has changed since.
 */
export function countPromise(
  calendar: BusinessCalendar,
  promise: FixedPromise,
  startedAt: Date,
  fixedDueAt: Date,
  began: Beginning = 'received',
): CountedPromise {
  const from = countable(calendar, startedAt);
  if (promise.businessMinutes !== undefined) {
    return {
      daysCounted: [],
      daysSkipped: [],
      explanation: explainBusinessMinutes(
        calendar,
        from,
        promise.businessMinutes,
        fixedDueAt,
        began,
      ),
    };
  }
  const due = addBusinessDays(calendar, from, promise.businessDays!);
  return {
    daysCounted: due.daysCounted,
    daysSkipped: due.daysSkipped.map(({ date, why }) => ({ date, why })),
    explanation: explainBusinessDays(calendar, from, { ...due, dueAt: fixedDueAt }, began),
  };
}

/**
 * A message dated before the first table (a server that lost its clock) is counted as if received when the tables begin:
 * long overdue either way, and a message is never refused because of its date (D22).
 */
function countable(calendar: BusinessCalendar, startedAt: Date): Date {
  const first = calendar.year(FIRST_YEAR).segmentStarts[0]!;
  return startedAt.getTime() < first ? new Date(first) : startedAt;
}
