import type { CurrentConfig } from '../../src/config/index.js';
import { Calendars } from '../../src/modules/business-calendar/index.js';
import { ImportedHolidays } from '../../src/modules/business-calendar/imported-holidays.js';
import { CalendarSourceStore } from '../../src/modules/business-calendar/store/calendar-source.store.js';
import { CalendarVersionStore } from '../../src/modules/business-calendar/store/calendar-version.store.js';
import type { Clock, Database } from '../../src/platform/index.js';

/** The calendars of a configuration, on a spec's own database. */
export function calendarsOf(config: CurrentConfig, database: Database, clock: Clock): Calendars {
  const imported = new ImportedHolidays(config, new CalendarSourceStore(database), clock);
  return new Calendars(config, new CalendarVersionStore(database), imported, clock);
}
