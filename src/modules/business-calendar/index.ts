export { BusinessCalendarModule } from './business-calendar.module.js';
export {
  Calendars,
  DEFAULT_CALENDAR,
  type CalendarInForce,
  type CalendarVersion,
} from './calendars.facade.js';
export {
  businessCalendar,
  BusinessCalendar,
  type CalendarDay,
} from './domain/business-calendar.js';
export {
  addBusinessDays,
  type CountingVariant,
  type DueDate,
  type SkippedDay,
} from './domain/business-days.js';
export {
  addBusinessMinutes,
  businessMinutesBetween,
  isServiceTime,
  nextOpening,
  subtractBusinessMinutes,
} from './domain/business-time.js';
export {
  CalendarDefinitionError,
  calendarProblems,
  type CalendarDefinition,
  type DefinitionProblem,
} from './domain/calendar-definition.js';
export { CalendarRangeError, FIRST_YEAR, isoOf, LAST_YEAR } from './domain/civil-day.js';
export {
  describeDay,
  describeYear,
  type DayDescription,
  type YearOverview,
} from './domain/describe-day.js';
export {
  explainBusinessDays,
  explainBusinessMinutes,
  type Beginning,
  promiseInWords,
  type Explanation,
} from './domain/explanation.js';
export { type Notice } from './domain/notices.js';
export { canonicalJson } from './domain/canonical-json.js';
export { serviceDays, type Pause } from './domain/service-days.js';
export { resolveDefinition } from './domain/resolve-definition.js';
export { rfc3339 } from './domain/rfc3339.js';
