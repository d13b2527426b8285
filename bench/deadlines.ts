import { CalendarConfig } from '../src/config/index.js';
import {
  addBusinessDays,
  addBusinessMinutes,
  businessCalendar,
  type BusinessCalendar,
} from '../src/modules/business-calendar/index.js';
import { figure, median, type Figure } from './laboratory.js';

const COUNT = 200_000;
const RUNS = 5;
/** What one core is asked for, holidays included. */
const TARGET_PER_SECOND = 100_000;

/** Deadlines a second on one core: instants over ten years, days counted and skipped with their reasons. */
export function deadlines(): Promise<Figure[]> {
  const calendar = businessCalendar(new CalendarConfig());
  return Promise.resolve([
    measured('deadlines-business-days', calendar, (at, index) =>
      addBusinessDays(calendar, at, 1 + (index % 10)).dueAt.getTime(),
    ),
    measured('deadlines-business-time', calendar, (at, index) =>
      addBusinessMinutes(calendar, at, 30 + (index % 2_000)).getTime(),
    ),
  ]);
}

function measured(
  name: string,
  calendar: BusinessCalendar,
  count: (at: Date, index: number) => number,
): Figure {
  const instants = Array.from(
    { length: COUNT },
    (_, index) => new Date(Date.UTC(2020, 0, 2) + index * 1_577_839),
  );
  for (let year = 2020; year <= 2031; year += 1) calendar.year(year);
  const rates = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    let latest = 0;
    instants.forEach((at, index) => {
      latest = Math.max(latest, count(at, index));
    });
    if (latest === 0) throw new Error('Nothing was counted');
    return COUNT / ((performance.now() - begun) / 1_000);
  });
  return figure({
    name,
    value: Math.round(median(rates)),
    unit: 'deadlines/s',
    direction: 'higher',
    limit: TARGET_PER_SECOND,
    kind: 'target',
    note: `median of ${RUNS} runs of ${COUNT}, one core, holidays and explanation lists included`,
  });
}
