import type { CalendarConfig, HolidayConfig } from '../../../config/index.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { regionalHolidays } from './regional-holidays.js';

/**
 * A calendar as it is counted with and kept as a version: everything that `state`, `city` and iCalendar sources add stands
 * in `holidays`, and what does not count (notices, where days came from) is left out. So a version explains itself for
 * ever, whatever this program's tables say by then, and an edit of a notice makes no new one.
 */
export function resolveDefinition(
  config: CalendarConfig,
  imported: readonly HolidayConfig[] = [],
): CalendarDefinition {
  const { zone, hours, businessDays, nationalHolidays } = config;
  const { carnivalMonday, carnivalTuesday, corpusChristi } = config;
  return {
    zone,
    hours,
    businessDays,
    nationalHolidays,
    carnivalMonday,
    carnivalTuesday,
    corpusChristi,
    // The operator's own come last: the last one names a day.
    holidays: [...imported, ...regionalHolidays(config), ...config.holidays],
    specialDays: config.specialDays.map(({ date, name, closed, intervals, businessDay }) => ({
      date,
      name,
      closed,
      intervals,
      ...(businessDay === undefined ? {} : { businessDay }),
    })),
  };
}
