import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import type {
  CalendarConfig,
  IntervalConfig,
  SpecialDayConfig,
} from '../sections/calendar-config.js';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** D16: intervals are ordered and disjoint, days are real, and every business weekday has hours. */
export function checkCalendars(config: HelpdeskConfig, report: ProblemReport): void {
  for (const [name, calendar] of Object.entries(config.calendars)) {
    const at = ['calendars', name];
    for (const day of WEEKDAYS) {
      checkIntervals([...at, 'hours', day], calendar.hours[day] ?? [], report);
    }
    checkBusinessDays(at, calendar, report);
    checkHolidays(at, calendar, report);
    checkSpecialDays([...at, 'specialDays'], calendar, report);
    checkTold(at, calendar, report);
  }
}

/** True for a day that exists, written YYYY-MM-DD. */
export function isRealDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

function checkIntervals(
  at: ConfigPath,
  intervals: readonly IntervalConfig[],
  report: ProblemReport,
): void {
  let previousEnd = '';
  intervals.forEach(({ from, to }, index) => {
    // "HH:MM" of equal length compare as text in the order of time.
    if (from >= to)
      report.add([...at, index], 'must end after it begins; an interval does not cross midnight');
    else if (from < previousEnd)
      report.add(
        [...at, index],
        'begins before the interval above it ends; put them in order, without overlap',
      );
    previousEnd = to > previousEnd ? to : previousEnd;
  });
}

function checkBusinessDays(at: ConfigPath, calendar: CalendarConfig, report: ProblemReport): void {
  if (calendar.businessDays.length === 0) {
    report.add([...at, 'businessDays'], 'is empty: no promise could ever fall due');
  }
  calendar.businessDays.forEach((day, index) => {
    if (calendar.businessDays.indexOf(day) < index) {
      report.add([...at, 'businessDays', index], 'stands twice');
    } else if ((calendar.hours[day] ?? []).length === 0) {
      report.add(
        [...at, 'hours', day],
        'has no hours although it is a business day; give it hours or leave it out of businessDays',
      );
    }
  });
}

function checkHolidays(at: ConfigPath, calendar: CalendarConfig, report: ProblemReport): void {
  const seen = new Set<string>();
  calendar.holidays.forEach(({ date, fromYear, untilYear }, index) => {
    const path = [...at, 'holidays', index, 'date'];
    // One day may be listed for several spans of years.
    const span = `${date} ${fromYear} ${untilYear}`;
    if (!isRealRule(date)) report.add(path, 'is no day of the calendar');
    else if (seen.has(span)) report.add(path, 'stands twice');
    if ((fromYear ?? 0) > (untilYear ?? Infinity))
      report.add([...at, 'holidays', index, 'untilYear'], 'lies before fromYear');
    seen.add(span);
  });
}

/** Sources say either where a file is or where to fetch; notices begin before they end. */
function checkTold(at: ConfigPath, calendar: CalendarConfig, report: ProblemReport): void {
  calendar.icalendar.forEach(({ file, url }, index) => {
    if ((file === undefined) === (url === undefined))
      report.add([...at, 'icalendar', index], 'needs either file or url');
  });
  calendar.notices.forEach(({ from, until }, index) => {
    const path = [...at, 'notices', index];
    if (!isRealDay(from)) report.add([...path, 'from'], 'is no day of the calendar');
    if (!isRealDay(until)) report.add([...path, 'until'], 'is no day of the calendar');
    else if (until < from) report.add([...path, 'until'], 'lies before from');
  });
}

/** A single day must exist; of one for every year 29 February is a day (2024 was a leap year); Easter always is. */
function isRealRule(date: string): boolean {
  if (date.startsWith('easter')) return true;
  return isRealDay(date.startsWith('--') ? `2024-${date.slice(2)}` : date);
}

function checkSpecialDays(at: ConfigPath, calendar: CalendarConfig, report: ProblemReport): void {
  const seen = new Set<string>();
  calendar.specialDays.forEach((day, index) => {
    const path = [...at, index];
    if (!isRealRule(day.date)) report.add([...path, 'date'], 'is no day of the calendar');
    else if (seen.has(day.date)) report.add([...path, 'date'], 'stands twice');
    seen.add(day.date);
    checkSpecialDay(path, day, report);
  });
}

function checkSpecialDay(at: ConfigPath, day: SpecialDayConfig, report: ProblemReport): void {
  checkIntervals([...at, 'intervals'], day.intervals, report);
  if (day.closed && day.intervals.length > 0)
    report.add(at, 'is closed and has intervals; choose one');
  if (!day.closed && day.intervals.length === 0) report.add(at, 'needs intervals, or closed: true');
  if (day.closed && day.businessDay === true)
    report.add(at, 'is closed and cannot be a business day');
}
