import type { CalendarConfig } from '../../../config/index.js';
import type { BusinessCalendar, CalendarDay } from './business-calendar.js';
import { isoOf, LAST_YEAR, weekdayIndexOf, yearOf } from './civil-day.js';
import { parseDayRule, dayInYear } from './day-rule.js';
import { clockTime, longDatePt } from './day-names.js';

/** What customers read for a while. */
export interface Notice {
  /** Plain pt-BR text. */
  readonly text: string;
  /** Last day on which it is shown, YYYY-MM-DD in the calendar's zone. */
  readonly until: string;
}

/**
 * The notices of the civil day of `at`: those that the operator wrote, in their order, then the special days that are
 * announced so many days before. CalendarRangeError outside 2003–2199.
 */
export function noticesOn(
  config: Pick<CalendarConfig, 'notices' | 'specialDays'>,
  calendar: BusinessCalendar,
  at: Date,
): Notice[] {
  const today = calendar.dayAt(at.getTime());
  const date = isoOf(today);
  const written = config.notices
    .filter(({ from, until }) => from <= date && date <= until)
    .map(({ text, until }) => ({ text, until }));
  const announced = config.specialDays.flatMap(({ date: rule, announceDays = 0 }) => {
    const on = parseDayRule(rule);
    if (on === null || announceDays === 0) return [];
    // At the end of a year the day may lie in the next one.
    const years = [yearOf(today), yearOf(today) + 1].filter((year) => year <= LAST_YEAR);
    return years
      .map((year) => dayInYear(on, year))
      .filter((day) => day !== null && today <= day && day - today <= announceDays)
      .map((day) => calendar.day(day!))
      .filter((day) => day.cause.kind === 'special');
  });
  return [
    ...written,
    ...announced
      .sort((a, b) => a.day - b.day)
      .map((day) => ({ text: announcement(day), until: day.date })),
  ];
}

/** "Na quinta-feira, 24 de dezembro de 2026 (Véspera de Natal), atenderemos das 09:00 às 12:00." */
function announcement(day: CalendarDay): string {
  const on = weekdayIndexOf(day.day) >= 5 ? 'No' : 'Na';
  const name = day.cause.kind === 'special' ? ` (${day.cause.name})` : '';
  const when = `${on} ${longDatePt(day.day)}${name}`;
  if (day.intervals.length === 0) return `${when}, não haverá atendimento.`;
  const hours = day.intervals
    .map(({ fromMinute, toMinute }) => `das ${clockTime(fromMinute)} às ${clockTime(toMinute)}`)
    .join(' e ');
  return `${when}, atenderemos ${hours}.`;
}
