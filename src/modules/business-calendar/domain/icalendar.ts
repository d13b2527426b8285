import ICAL from 'ical.js';
import type { HolidayConfig } from '../../../config/index.js';
import { dayNumberOf, FIRST_YEAR, isoOf } from './civil-day.js';

/** More days off than any calendar holds; a longer list is a mistake or an attack. */
export const MAX_IMPORTED_DAYS = 5_000;
/** Recurrences looked at for one event before it is refused: a rule by the second would never end. */
const MAX_OCCURRENCES = 20_000;
/** A single event of more days than this is no holiday. */
const MAX_EVENT_DAYS = 100;
const MAX_NAME = 80;

/** What cannot be used as a calendar of days off; the message says why, in English. */
export class ICalendarError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ICalendarError';
  }
}

/**
 * The days off of an iCalendar text (RFC 5545): every all-day event, with its recurrences (RRULE, RDATE, EXDATE, single
 * changed ones by RECURRENCE-ID) up to the end of `untilYear`. Events with a time of day and cancelled ones are passed over;
 * TRANSP says nothing here, since published holiday calendars mark theirs as transparent. ICalendarError for other text.
 */
export function importedDays(text: string, untilYear: number): HolidayConfig[] {
  try {
    return daysOf(eventsOf(text), untilYear);
  } catch (error) {
    if (error instanceof ICalendarError) throw error;
    // The library's own refusals: rules that mean nothing.
    throw new ICalendarError('It cannot be read as an iCalendar text.', { cause: error });
  }
}

function daysOf(events: readonly ICAL.Event[], untilYear: number): HolidayConfig[] {
  const days = new Map<string, HolidayConfig>();
  for (const event of events) {
    if (!event.startDate?.isDate || isCancelled(event)) continue;
    for (const [start, end, name] of occurrences(event, untilYear)) {
      for (const date of daysFrom(start, end)) {
        days.set(date, { date, name: name.slice(0, MAX_NAME), scope: 'imported' });
        if (days.size > MAX_IMPORTED_DAYS)
          throw new ICalendarError(`It has more than ${MAX_IMPORTED_DAYS} days off.`);
      }
    }
  }
  return [...days.values()]
    .filter(({ date }) => Number(date.slice(0, 4)) >= FIRST_YEAR)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Master events, each knowing its changed occurrences. */
function eventsOf(text: string): ICAL.Event[] {
  const parsed = ICAL.parse(text) as unknown[];
  // One calendar is a component, several are a list of them.
  const list = Array.isArray(parsed[0]) ? parsed : [parsed];
  const calendars = list.map((one) => new ICAL.Component(one as string));
  if (calendars.some(({ name }) => name !== 'vcalendar'))
    throw new ICalendarError('It is no VCALENDAR.');
  const all = calendars
    .flatMap((calendar) => calendar.getAllSubcomponents('vevent'))
    .map((component) => new ICAL.Event(component));
  // A master finds its changed occurrences by itself; one that has no master stands for itself.
  const masters = new Set(all.filter((one) => !one.isRecurrenceException()).map(({ uid }) => uid));
  return all.filter((one) => !one.isRecurrenceException() || !masters.has(one.uid));
}

function* occurrences(
  event: ICAL.Event,
  untilYear: number,
): Generator<[start: ICAL.Time, end: ICAL.Time, name: string]> {
  if (!event.isRecurring() || event.isRecurrenceException()) {
    yield [event.startDate, event.endDate, event.summary ?? ''];
    return;
  }
  // Of an event with RDATE alone the library leaves out the start, which is its first occurrence (RFC 5545 §3.8.5.2).
  if (!event.component.hasProperty('rrule'))
    yield [event.startDate, event.endDate, event.summary ?? ''];
  const iterator = event.iterator();
  for (let seen = 0; ; seen += 1) {
    if (seen > MAX_OCCURRENCES)
      throw new ICalendarError(`An event recurs more than ${MAX_OCCURRENCES} times.`);
    const next = iterator.next() as ICAL.Time | null | undefined;
    if (!next || next.year > untilYear) return;
    const { startDate, endDate, item } = event.getOccurrenceDetails(next);
    if (!isCancelled(item)) yield [startDate, endDate, item.summary ?? ''];
  }
}

function isCancelled(event: ICAL.Event): boolean {
  return event.component.getFirstPropertyValue('status') === 'CANCELLED';
}

/** [start, end) in days; an event that ends where it starts is one day long (RFC 5545 §3.6.1). */
function daysFrom(start: ICAL.Time, end: ICAL.Time | null): string[] {
  const first = dayNumberOf(start.year, start.month, start.day);
  const last = end === null ? first : dayNumberOf(end.year, end.month, end.day) - 1;
  if (last - first >= MAX_EVENT_DAYS)
    throw new ICalendarError(`An event is longer than ${MAX_EVENT_DAYS} days.`);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => isoOf(first + index));
}
