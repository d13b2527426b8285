import { businessMinutesBetween, type BusinessCalendar } from '../../business-calendar/index.js';

const MS_PER_MINUTE = 60_000;

/**
 * Milliseconds of service in [from, to) by `calendar`, those of the pauses taken off once (D16); 0 where `to` lies
 * before `from` (an answer that was sent before the message it covers was fetched). A pause that goes on ends at `to`.
 */
export function businessMsOf(
  calendar: BusinessCalendar,
  stretch: {
    readonly from: Date;
    readonly to: Date;
    readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
  },
): number {
  const service = (from: Date, to: Date): number =>
    to <= from ? 0 : Math.round(businessMinutesBetween(calendar, from, to) * MS_PER_MINUTE);
  const paused = stretch.pauses.reduce((sum, pause) => {
    const from = new Date(pause.from);
    const to = pause.to === null ? stretch.to : new Date(pause.to);
    return sum + service(later(from, stretch.from), earlier(to, stretch.to));
  }, 0);
  return Math.max(0, service(stretch.from, stretch.to) - paused);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}
