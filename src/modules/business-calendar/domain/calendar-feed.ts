import ICAL from 'ical.js';
import type { BusinessCalendar, CalendarDay } from './business-calendar.js';
import { causeInWords } from './business-days.js';
import { FIRST_YEAR, LAST_YEAR, yearOf } from './civil-day.js';
import { clockTime } from './day-names.js';

/**
 * A calendar's days off and days with other hours as iCalendar text (RFC 5545), for subscription: last year, this one and
 * the two to come. Every day is an all-day event with a UID that stays, so that a subscriber updates instead of doubling.
 */
export function calendarFeed(
  calendar: BusinessCalendar,
  about: { readonly name: string; readonly companyName: string; readonly now: Date },
): string {
  const feed = new ICAL.Component(['vcalendar', [], []]);
  feed.updatePropertyWithValue('version', '2.0');
  feed.updatePropertyWithValue('prodid', '-//helpdesk//business calendar//PT');
  feed.updatePropertyWithValue('x-wr-calname', `${about.companyName}: dias sem atendimento`);
  feed.updatePropertyWithValue('x-wr-timezone', calendar.zone);
  const thisYear = yearOf(calendar.dayAt(about.now.getTime()));
  const last = Math.min(LAST_YEAR, thisYear + 2);
  for (let year = Math.max(FIRST_YEAR, thisYear - 1); year <= last; year += 1) {
    for (const day of calendar.year(year).days) {
      if (isWorthTelling(day)) feed.addSubcomponent(eventOf(day, about));
    }
  }
  return `${feed.toString()}\r\n`;
}

/** Holidays on weekdays that have service otherwise, and special days. */
function isWorthTelling(day: CalendarDay): boolean {
  return day.cause.kind === 'special' || (day.cause.kind !== 'weekday' && day.businessWeekday);
}

function eventOf(day: CalendarDay, about: { name: string; now: Date }): ICAL.Component {
  const event = new ICAL.Component('vevent');
  event.updatePropertyWithValue('uid', `${day.date}.${about.name}@helpdesk`);
  event.updatePropertyWithValue('dtstamp', ICAL.Time.fromJSDate(about.now, true));
  const start = ICAL.Time.fromDateString(day.date);
  event.updatePropertyWithValue('dtstart', start);
  const end = start.clone();
  end.adjust(1, 0, 0, 0);
  event.updatePropertyWithValue('dtend', end);
  event.updatePropertyWithValue('summary', summaryOf(day));
  event.updatePropertyWithValue('transp', 'TRANSPARENT');
  return event;
}

/** "Sem atendimento: feriado, Natal" or "Atendimento das 09:00 às 12:00: Véspera de Natal". */
function summaryOf(day: CalendarDay): string {
  if (day.intervals.length === 0) return `Sem atendimento: ${causeInWords(day, 'ptBR')}`;
  const hours = day.intervals.map(
    ({ fromMinute, toMinute }) => `das ${clockTime(fromMinute)} às ${clockTime(toMinute)}`,
  );
  const name = day.cause.kind === 'weekday' ? '' : `: ${day.cause.name}`;
  return `Atendimento ${hours.join(' e ')}${name}`;
}
