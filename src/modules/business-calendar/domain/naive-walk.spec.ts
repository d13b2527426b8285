import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, type BusinessCalendar } from './business-calendar.js';
import { addBusinessDays } from './business-days.js';
import {
  addBusinessMinutes,
  businessMinutesBetween,
  subtractBusinessMinutes,
} from './business-time.js';

/**
 * A second, deliberately naive calculation: it walks day by day with Temporal.PlainDate and minute by minute with the
 * zone's own wall clock, and has its holidays as a hand-written list. Seeded, so that a failure repeats itself.
 */
const ZONES = ['America/Sao_Paulo', 'Europe/Lisbon', 'America/St_Johns', 'Australia/Lord_Howe'];

/** Easter Sundays copied from published tables. */
const EASTER = new Map([
  [2017, '04-16'],
  [2018, '04-01'],
  [2019, '04-21'],
  [2020, '04-12'],
  [2023, '04-09'],
  [2024, '03-31'],
  [2025, '04-20'],
  [2026, '04-05'],
  [2027, '03-28'],
]);
const YEARS = [2018, 2019, 2024, 2025, 2026];

function isNationalDayOff(day: Temporal.PlainDate): boolean {
  const monthDay = day.toString().slice(5);
  if (['01-01', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '12-25'].includes(monthDay))
    return true;
  if (monthDay === '11-20' && day.year >= 2024) return true;
  const easter = Temporal.PlainDate.from(`${day.year}-${EASTER.get(day.year)}`);
  return [-48, -47, -2, 60].some((days) => easter.add({ days }).equals(day));
}

/** Numerical Recipes' linear congruential generator: the same numbers on every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Hours = [from: string, to: string][];
const WEEKS: { hours: Hours; saturday: Hours }[] = [
  { hours: [['09:00', '18:00']], saturday: [] },
  {
    hours: [
      ['09:00', '12:00'],
      ['13:30', '18:00'],
    ],
    saturday: [['09:00', '13:00']],
  },
  {
    hours: [
      ['00:00', '03:30'],
      ['22:00', '24:00'],
    ],
    saturday: [['20:00', '24:00']],
  },
];

const asIntervals = (hours: Hours) => hours.map(([from, to]) => ({ from, to }));

function configured(zone: string, week: (typeof WEEKS)[number]): CalendarConfig {
  const weekday = asIntervals(week.hours);
  return Object.assign(new CalendarConfig(), {
    zone,
    hours: {
      mon: weekday,
      tue: weekday,
      wed: weekday,
      thu: weekday,
      fri: weekday,
      sat: asIntervals(week.saturday),
    },
  });
}

const calendars = new Map<string, BusinessCalendar>();
function calendarOf(zone: string, week: (typeof WEEKS)[number]): BusinessCalendar {
  const key = `${zone} ${WEEKS.indexOf(week)}`;
  const calendar = calendars.get(key) ?? businessCalendar(configured(zone, week));
  calendars.set(key, calendar);
  return calendar;
}

function hoursOn(day: Temporal.PlainDate, week: (typeof WEEKS)[number]): Hours {
  if (day.dayOfWeek === 7 || isNationalDayOff(day)) return [];
  return day.dayOfWeek === 6 ? week.saturday : week.hours;
}

function naiveIsOpen(instant: number, zone: string, week: (typeof WEEKS)[number]): boolean {
  const wall = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  const time = wall.toPlainTime().toString({ smallestUnit: 'minute' });
  return hoursOn(wall.toPlainDate(), week).some(([from, to]) => from <= time && time < to);
}

const randomInstant = (next: (below: number) => number, zone: string): number =>
  Temporal.ZonedDateTime.from({
    timeZone: zone,
    year: YEARS[next(YEARS.length)]!,
    month: 1 + next(12),
    day: 1 + next(28),
    hour: next(24),
    minute: next(60),
  }).epochMilliseconds;

describe('against a naive walk', () => {
  it('D15: business days agree with a walk from day to day', () => {
    const next = random(20_261_122);
    for (let round = 0; round < 1_500; round += 1) {
      const zone = ZONES[next(ZONES.length)]!;
      const week = WEEKS[next(2)]!;
      const calendar = calendarOf(zone, week);
      const received = randomInstant(next, zone);
      const days = 1 + next(12);
      let day = Temporal.Instant.fromEpochMilliseconds(received)
        .toZonedDateTimeISO(zone)
        .toPlainDate();
      for (let left = days; left > 0;) {
        day = day.add({ days: 1 });
        if (day.dayOfWeek <= 5 && !isNationalDayOff(day)) left -= 1;
      }
      const due = day.toPlainDateTime('18:00').toZonedDateTime(zone).epochMilliseconds;
      const counted = addBusinessDays(calendar, new Date(received), days);
      expect([zone, received, days, counted.dueAt.getTime()]).toEqual([zone, received, days, due]);
    }
  });

  it('D16: business time agrees with a walk from minute to minute, over clock changes too', () => {
    const next = random(7_121_980);
    for (let round = 0; round < 40; round += 1) {
      const zone = ZONES[next(ZONES.length)]!;
      const week = WEEKS[next(WEEKS.length)]!;
      const calendar = calendarOf(zone, week);
      // Half of the rounds start near a change of the clock.
      const changes = [
        '2018-11-03T20:00Z',
        '2019-02-16T20:00Z',
        '2026-10-24T20:00Z',
        '2026-03-28T20:00Z',
        '2026-04-04T08:00Z',
      ];
      const start =
        next(2) === 0
          ? randomInstant(next, zone)
          : Temporal.Instant.from(changes[next(changes.length)]!).epochMilliseconds +
            next(600) * 60_000;
      const minutes = 1 + next(300);
      let instant = start;
      for (let left = minutes; left > 0; instant += 60_000) {
        if (naiveIsOpen(instant, zone, week)) left -= 1;
      }
      const at = new Date(start);
      const due = addBusinessMinutes(calendar, at, minutes);
      expect([zone, start, minutes, due.getTime()]).toEqual([zone, start, minutes, instant]);
      expect(businessMinutesBetween(calendar, at, due)).toBe(minutes);
      const back = subtractBusinessMinutes(calendar, due, minutes);
      expect(businessMinutesBetween(calendar, back, due)).toBe(minutes);
      expect(businessMinutesBetween(calendar, at, back)).toBe(0);
    }
  });
});
