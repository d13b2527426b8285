import {
  describeDay,
  isoOf,
  type BusinessCalendar,
  type DayDescription,
} from '../../business-calendar/index.js';
import { dueAfterPause, dueAtOf } from './due-date.js';
import type { FixedPromise } from './policy.js';

/** A clock that has not ended, as far as counting it again needs. */
export interface OpenClock {
  readonly id: string;
  readonly ticketId: string;
  readonly kind: string;
  readonly calendar: string;
  readonly policy: FixedPromise;
  readonly startedAt: Date;
  readonly dueAt: Date;
  readonly breached: boolean;
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
}

/**
 * When the same promise would be due by `calendar`: counted anew from its start, its ended pauses taken in again. Of a clock
 * that stands still, as if it had run on from the beginning of the last pause.
 */
export function dueByOther(calendar: BusinessCalendar, clock: OpenClock): Date {
  let dueAt = dueAtOf(calendar, clock.policy, clock.startedAt);
  for (const { from, to } of clock.pauses) {
    if (to !== null) dueAt = dueAfterPause(calendar, dueAt, new Date(from), new Date(to));
  }
  return dueAt;
}

/** A day on which two calendars differ in what counts. */
export interface ChangedDay {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly was: string;
  readonly becomes: string;
}

/** The days of [from, from + days) that count differently, in order. */
export function changedDays(
  was: BusinessCalendar,
  becomes: BusinessCalendar,
  from: Date,
  days: number,
): ChangedDay[] {
  const first = was.dayAt(from.getTime());
  return Array.from({ length: days }, (_, index) => isoOf(first + index)).flatMap((date) => {
    const [before, after] = [inWords(describeDay(was, date)), inWords(describeDay(becomes, date))];
    return before === after ? [] : [{ date, was: before, becomes: after }];
  });
}

/** "dia útil 09:00–18:00", "sem atendimento (feriado, Natal)". */
function inWords(day: DayDescription): string {
  const note = day.note === null ? '' : ` (${day.note.ptBR})`;
  if (day.intervals.length === 0) return `sem atendimento${note}`;
  const hours = day.intervals.map(({ from, to }) => `${from}–${to}`).join(' ');
  return `${day.businessDay ? 'dia útil' : 'atendimento'} ${hours}${note}`;
}
