import {
  addBusinessDays,
  addBusinessMinutes,
  businessMinutesBetween,
  CalendarRangeError,
  explainBusinessDays,
  explainBusinessMinutes,
  FIRST_YEAR,
  serviceDays,
  subtractBusinessMinutes,
  type Beginning,
  type BusinessCalendar,
  type Explanation,
  type Pause,
} from '../../business-calendar/index.js';
import type { FixedPromise } from './policy.js';

/** How a promise was counted. */
export interface CountedPromise {
  /** Civil days YYYY-MM-DD. */
  readonly daysCounted: readonly string[];
  readonly daysSkipped: readonly { readonly date: string; readonly why: string }[];
  readonly explanation: Explanation;
}

/** When a promise given at `startedAt` is due: in business days (D15) or business minutes (D16). */
export function dueAtOf(calendar: BusinessCalendar, promise: FixedPromise, startedAt: Date): Date {
  const from = countable(calendar, startedAt);
  return promise.businessMinutes === undefined
    ? addBusinessDays(calendar, from, promise.businessDays!, promise.counting).dueAt
    : addBusinessMinutes(calendar, from, promise.businessMinutes);
}

/**
 * When to warn (D19), in order: so many business hours before the due instant, or at each configured point. A warning that
 * would stand at or before the start is left out (the new ticket is notice enough), and so is one at the due instant.
 */
export function warningsOf(
  calendar: BusinessCalendar,
  promise: FixedPromise,
  startedAt: Date,
  dueAt: Date,
): Date[] {
  const points = promise.warnAt ?? [`${promise.warnBusinessHours}h`];
  const instants = points.flatMap((point) => {
    try {
      return [warningAt(calendar, point, startedAt, dueAt).getTime()];
    } catch (error) {
      // Before the first table there is nothing to warn about.
      if (error instanceof CalendarRangeError) return [];
      throw error;
    }
  });
  return [...new Set(instants)]
    .filter((at) => at > startedAt.getTime() && at < dueAt.getTime())
    .sort((a, b) => a - b)
    .map((at) => new Date(at));
}

function warningAt(calendar: BusinessCalendar, point: string, startedAt: Date, dueAt: Date): Date {
  const amount = Number.parseFloat(point);
  if (point.endsWith('%')) {
    const whole = businessMinutesBetween(calendar, startedAt, dueAt);
    return addBusinessMinutes(calendar, startedAt, (whole * amount) / 100);
  }
  if (point.endsWith('d')) return openingBefore(calendar, dueAt, amount);
  return subtractBusinessMinutes(calendar, dueAt, point.endsWith('h') ? amount * 60 : amount);
}

/** The opening of the n-th business day before the one that is due: people read it in the morning. */
function openingBefore(calendar: BusinessCalendar, dueAt: Date, businessDays: number): Date {
  // Due at 24:00 is due on the day that ends there.
  let day = calendar.dayAt(dueAt.getTime() - 1);
  for (let left = businessDays; left > 0;) {
    day -= 1;
    if (calendar.day(day).businessDay) left -= 1;
  }
  return new Date(calendar.day(day).segments[0]!.from);
}

/**
 * The same calculation with its reasons: what set the deadline is what explains it. `fixedDueAt` is the due instant that was
 * promised: it is the one that is said, also where the zone's law has changed since. In business time the days counted are
 * those on which service time was used up, without the pauses.
 */
export function countPromise(
  calendar: BusinessCalendar,
  promise: FixedPromise,
  clock: {
    readonly startedAt: Date;
    readonly dueAt: Date;
    readonly began?: Beginning;
    readonly pauses?: readonly Pause[];
  },
): CountedPromise {
  const from = countable(calendar, clock.startedAt);
  const { dueAt, began = 'received', pauses = [] } = clock;
  if (promise.businessMinutes !== undefined) {
    const { counted, skipped } = serviceDays(calendar, from, dueAt, pauses);
    return {
      daysCounted: counted.map(({ date }) => date),
      daysSkipped: skipped.map(({ date, why }) => ({ date, why })),
      explanation: explainBusinessMinutes(calendar, from, promise.businessMinutes, dueAt, {
        began,
        pauses,
      }),
    };
  }
  const due = addBusinessDays(calendar, from, promise.businessDays!, promise.counting);
  return {
    daysCounted: due.daysCounted,
    daysSkipped: due.daysSkipped.map(({ date, why }) => ({ date, why })),
    explanation: explainBusinessDays(calendar, from, { ...due, dueAt }, began),
  };
}

/**
 * The due instant of a clock that stood still from `pausedAt` to `resumedAt`: what service time was left then is left now
 * (D16: pauses count in service time only).
 */
export function dueAfterPause(
  calendar: BusinessCalendar,
  dueAt: Date,
  pausedAt: Date,
  resumedAt: Date,
): Date {
  const left = businessMinutesBetween(calendar, pausedAt, dueAt);
  return left <= 0 ? dueAt : addBusinessMinutes(calendar, resumedAt, left);
}

/**
 * A message dated before the first table (a server that lost its clock) is counted as if received when the tables begin:
 * long overdue either way, and a message is never refused because of its date (D22).
 */
function countable(calendar: BusinessCalendar, startedAt: Date): Date {
  const first = calendar.year(FIRST_YEAR).segmentStarts[0]!;
  return startedAt.getTime() < first ? new Date(first) : startedAt;
}
