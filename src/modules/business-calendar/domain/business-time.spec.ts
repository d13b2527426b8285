import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, type BusinessCalendar } from './business-calendar.js';
import {
  addBusinessMinutes,
  businessMinutesBetween,
  isServiceTime,
  nextOpening,
  subtractBusinessMinutes,
} from './business-time.js';
import { CalendarRangeError } from './civil-day.js';

const ZONE = 'America/Sao_Paulo';
const at = (local: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(ZONE).epochMilliseconds,
  );
const local = (instant: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(ZONE)
    .toPlainDateTime()
    .toString({ smallestUnit: 'millisecond' })
    .replace('T', ' ')
    .replace(/(:00)?\.000$/, '');
function calendar(changes: Partial<CalendarConfig> = {}): BusinessCalendar {
  return businessCalendar(Object.assign(new CalendarConfig(), changes));
}
const plain = calendar();
const lunch = calendar({
  hours: Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [
      day,
      [
        { from: '09:00', to: '12:00' },
        { from: '13:30', to: '18:00' },
      ],
    ]),
  ),
});
const saturday = calendar({
  hours: {
    ...Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [{ from: '08:00', to: '18:00' }]]),
    ),
    sat: [{ from: '09:00', to: '18:00' }],
  },
});
const halfDays = calendar({
  specialDays: [
    {
      date: '2026-12-24',
      name: 'Véspera de Natal',
      closed: false,
      intervals: [{ from: '09:00', to: '12:00' }],
    },
    { date: '2026-12-31', name: 'Recesso', closed: true, intervals: [] },
  ],
});
/** Open round the clock every day. */
const always = calendar({
  nationalHolidays: false,
  carnivalMonday: false,
  carnivalTuesday: false,
  corpusChristi: false,
  hours: Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [
      day,
      [{ from: '00:00', to: '24:00' }],
    ]),
  ),
});

interface Case {
  readonly name: string;
  readonly in: BusinessCalendar;
  readonly from: string;
  readonly minutes: number;
  readonly to: string;
}

const ADDED: readonly Case[] = [
  {
    name: 'inside a day',
    in: plain,
    from: '2026-11-09 10:00',
    minutes: 60,
    to: '2026-11-09 11:00',
  },
  {
    name: 'used up exactly at the close = due at the close',
    in: plain,
    from: '2026-11-09 17:00',
    minutes: 60,
    to: '2026-11-09 18:00',
  },
  {
    name: 'one minute more is due the next morning',
    in: plain,
    from: '2026-11-09 17:00',
    minutes: 61,
    to: '2026-11-10 09:01',
  },
  {
    name: 'received before opening',
    in: plain,
    from: '2026-11-09 03:00',
    minutes: 30,
    to: '2026-11-09 09:30',
  },
  {
    name: 'received at the close',
    in: plain,
    from: '2026-11-09 18:00',
    minutes: 30,
    to: '2026-11-10 09:30',
  },
  {
    name: 'received on a weekend',
    in: plain,
    from: '2026-11-14 12:00',
    minutes: 30,
    to: '2026-11-16 09:30',
  },
  {
    name: 'over Consciência Negra and a weekend',
    in: plain,
    from: '2026-11-19 17:30',
    minutes: 60,
    to: '2026-11-23 09:30',
  },
  {
    name: 'over Carnaval',
    in: plain,
    from: '2026-02-13 17:00',
    minutes: 120,
    to: '2026-02-18 10:00',
  },
  {
    name: 'a whole day of service',
    in: plain,
    from: '2026-11-09 09:00',
    minutes: 540,
    to: '2026-11-09 18:00',
  },
  {
    name: 'over the end of the year',
    in: plain,
    from: '2026-12-31 17:00',
    minutes: 120,
    to: '2027-01-04 10:00',
  },
  {
    name: 'lunch break has no time',
    in: lunch,
    from: '2026-11-09 11:30',
    minutes: 60,
    to: '2026-11-09 14:00',
  },
  {
    name: 'used up exactly at the break = due at the break',
    in: lunch,
    from: '2026-11-09 11:00',
    minutes: 60,
    to: '2026-11-09 12:00',
  },
  {
    name: 'received in the break',
    in: lunch,
    from: '2026-11-09 12:45',
    minutes: 15,
    to: '2026-11-09 13:45',
  },
  {
    name: 'Saturday opening gives hours',
    in: saturday,
    from: '2026-11-13 17:30',
    minutes: 60,
    to: '2026-11-14 09:30',
  },
  {
    name: 'a half day',
    in: halfDays,
    from: '2026-12-24 11:00',
    minutes: 90,
    to: '2026-12-28 09:30',
  },
  {
    name: 'a closed special day',
    in: halfDays,
    from: '2026-12-30 17:30',
    minutes: 60,
    to: '2027-01-04 09:30',
  },
  {
    name: 'milliseconds are kept',
    in: plain,
    from: '2026-11-09 17:59:59.250',
    minutes: 1,
    to: '2026-11-10 09:00:59.250',
  },
  {
    name: 'zero minutes are over at once',
    in: plain,
    from: '2026-11-14 12:00',
    minutes: 0,
    to: '2026-11-14 12:00',
  },
  // Summer time: Sunday 4 November 2018, 00:00 → 01:00; Sunday 17 February 2019, 00:00 → Saturday 23:00.
  {
    name: 'a skipped hour has no time',
    in: always,
    from: '2018-11-03 23:30',
    minutes: 60,
    to: '2018-11-04 01:30',
  },
  {
    name: 'a repeated hour counts twice',
    in: always,
    from: '2019-02-16 22:30',
    minutes: 150,
    to: '2019-02-17 00:00',
  },
];

describe('business time', () => {
  it.each(ADDED)('D16: $name', ({ in: calendarOfCase, from, minutes, to }) => {
    expect(local(addBusinessMinutes(calendarOfCase, at(from), minutes))).toBe(to);
  });

  it.each(ADDED)('D16: between, $name', ({ in: calendarOfCase, from, minutes, to }) => {
    expect(businessMinutesBetween(calendarOfCase, at(from), at(to))).toBeCloseTo(minutes, 9);
    expect(businessMinutesBetween(calendarOfCase, at(to), at(from))).toBeCloseTo(-minutes, 9);
  });

  it.each([
    ['D19: four hours before Thursday 18:00', plain, '2026-11-12 18:00', 240, '2026-11-12 14:00'],
    [
      'D19: four hours before a half day’s close',
      halfDays,
      '2026-12-24 12:00',
      240,
      '2026-12-23 17:00',
    ],
    [
      'D19: four hours before 10:00 after a weekend',
      plain,
      '2026-11-16 10:00',
      240,
      '2026-11-13 15:00',
    ],
    [
      'D19: a warning stands at the opening, not at the close before',
      plain,
      '2026-11-10 13:00',
      240,
      '2026-11-10 09:00',
    ],
    ['D19: over the lunch break', lunch, '2026-11-12 14:00', 60, '2026-11-12 11:30'],
    ['D19: over the end of the year', plain, '2027-01-04 10:00', 120, '2026-12-31 17:00'],
    ['D16: back over a skipped hour', always, '2018-11-04 01:30', 60, '2018-11-03 23:30'],
  ] as const)('%s', (_name, calendarOfCase, from, minutes, to) => {
    expect(local(subtractBusinessMinutes(calendarOfCase, at(from), minutes))).toBe(to);
  });

  it.each([
    ['2026-11-09 09:00', true],
    ['2026-11-09 08:59:59.999', false],
    ['2026-11-09 17:59:59.999', true],
    ['2026-11-09 18:00', false],
    ['2026-11-14 10:00', false],
    ['2026-11-20 10:00', false],
    ['2026-12-24 10:00', true],
  ])('D16: service at %s: %p', (instant, open) => {
    expect(isServiceTime(plain, at(instant))).toBe(open);
  });

  it.each([
    ['2026-11-09 10:00', '2026-11-09 10:00'],
    ['2026-11-09 18:00', '2026-11-10 09:00'],
    ['2026-11-19 20:00', '2026-11-23 09:00'],
    ['2026-12-31 18:00', '2027-01-04 09:00'],
  ])('D18: after %s service opens at %s', (instant, opening) => {
    expect(local(nextOpening(plain, at(instant)))).toBe(opening);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 10_000_000])(
    'refuses %p minutes',
    (minutes) => {
      expect(() => addBusinessMinutes(plain, at('2026-11-09 10:00'), minutes)).toThrow(
        CalendarRangeError,
      );
    },
  );

  it('refuses years before 2003 and after 2199', () => {
    expect(() => addBusinessMinutes(plain, at('2002-12-31 10:00'), 60)).toThrow(/2002/);
    expect(() => subtractBusinessMinutes(plain, at('2003-01-02 10:00'), 600)).toThrow(/2002/);
    expect(() => addBusinessMinutes(plain, at('2199-12-31 17:00'), 120)).toThrow(/2200/);
  });
});
