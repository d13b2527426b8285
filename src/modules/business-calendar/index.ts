export { Calendars, type CalendarVersion } from './calendars.facade.js';
