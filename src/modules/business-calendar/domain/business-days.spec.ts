import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, type BusinessCalendar } from './business-calendar.js';
import { addBusinessDays } from './business-days.js';
import { CalendarRangeError } from './civil-day.js';

/** The calendar out of the box with `changes`. */
function calendar(changes: Partial<CalendarConfig> = {}): BusinessCalendar {
  return businessCalendar(Object.assign(new CalendarConfig(), changes));
}

/** Wall clock of São Paulo (or `zone`) to an instant, and back to `YYYY-MM-DD HH:MM`. */
const at = (local: string, zone = 'America/Sao_Paulo'): Date =>
  new Date(
    Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(zone).epochMilliseconds,
  );
const local = (instant: Date, zone = 'America/Sao_Paulo'): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

interface Case {
  readonly name: string;
  readonly received: string;
  readonly days: number;
  readonly due: string;
  readonly with?: Partial<CalendarConfig>;
}

const halfDay = (date: string, from: string, to: string, name: string) => ({
  date,
  name,
  closed: false,
  intervals: [{ from, to }],
});
const closed = (date: string, name: string) => ({ date, name, closed: true, intervals: [] });
const saturdayOpening = {
  hours: {
    ...new CalendarConfig().hours,
    sat: [{ from: '09:00', to: '18:00' }],
  },
};

const CASES: readonly Case[] = [
  // 2026: 1 Jan Thu; Carnaval 16–17 Feb; Good Friday 3 Apr; 21 Apr Tue; 1 May Fri; Corpus Christi 4 Jun; 7 Sep Mon;
  // 12 Oct Mon; 2 Nov Mon; 15 Nov Sun; 20 Nov Fri; 25 Dec Fri.
  {
    name: 'D15: Monday + 3 → Thursday 18:00',
    received: '2026-11-09 10:00',
    days: 3,
    due: '2026-11-12 18:00',
  },
  {
    name: 'D15: Monday 00:00 counts as Monday',
    received: '2026-11-09 00:00',
    days: 3,
    due: '2026-11-12 18:00',
  },
  {
    name: 'D15: Monday 23:59 counts as Monday',
    received: '2026-11-09 23:59',
    days: 3,
    due: '2026-11-12 18:00',
  },
  {
    name: 'D15: Tuesday + 3 → Friday',
    received: '2026-11-10 17:00',
    days: 3,
    due: '2026-11-13 18:00',
  },
  {
    name: 'D15: Friday at noon + 3 → Wednesday',
    received: '2026-12-04 12:00',
    days: 3,
    due: '2026-12-09 18:00',
  },
  {
    name: 'D15: Friday night + 3 → Wednesday 18:00',
    received: '2026-12-04 22:30',
    days: 3,
    due: '2026-12-09 18:00',
  },
  {
    name: 'D15: Saturday + 3 → Wednesday 18:00',
    received: '2026-12-05 10:00',
    days: 3,
    due: '2026-12-09 18:00',
  },
  {
    name: 'D15: Sunday + 3 → Wednesday 18:00',
    received: '2026-12-06 23:59',
    days: 3,
    due: '2026-12-09 18:00',
  },
  {
    name: 'D13: holiday on Friday (Consciência Negra) moves it',
    received: '2026-11-18 10:00',
    days: 3,
    due: '2026-11-24 18:00',
  },
  {
    name: 'D15: received on the holiday itself',
    received: '2026-11-20 19:40',
    days: 3,
    due: '2026-11-25 18:00',
  },
  {
    name: 'D15: a holiday on a Sunday (15/11/2026) moves nothing',
    received: '2026-11-13 10:00',
    days: 1,
    due: '2026-11-16 18:00',
  },
  {
    name: 'D16: 20 November is a plain day before 2024',
    received: '2023-11-17 10:00',
    days: 1,
    due: '2023-11-20 18:00',
  },
  {
    name: 'D16: 20 November is national from 2024',
    received: '2024-11-19 10:00',
    days: 1,
    due: '2024-11-21 18:00',
  },
  {
    name: 'D14: 6 business days over one weekend',
    received: '2026-11-09 10:00',
    days: 6,
    due: '2026-11-17 18:00',
  },
  {
    name: 'D14: 6 business days over Consciência Negra',
    received: '2026-11-16 09:00',
    days: 6,
    due: '2026-11-25 18:00',
  },
  {
    name: 'D16: Carnaval Monday and Tuesday are off by default',
    received: '2026-02-13 10:00',
    days: 3,
    due: '2026-02-20 18:00',
  },
  {
    name: 'D16: Ash Wednesday is a business day',
    received: '2026-02-13 10:00',
    days: 1,
    due: '2026-02-18 18:00',
  },
  {
    name: 'D16: Carnaval Monday switched on as a working day',
    received: '2026-02-13 10:00',
    days: 1,
    due: '2026-02-16 18:00',
    with: { carnivalMonday: false },
  },
  {
    name: 'D16: Carnaval Tuesday has a switch of its own',
    received: '2026-02-13 10:00',
    days: 1,
    due: '2026-02-17 18:00',
    with: { carnivalTuesday: false },
  },
  {
    name: 'D16: Corpus Christi is off by default',
    received: '2026-06-03 10:00',
    days: 1,
    due: '2026-06-05 18:00',
  },
  {
    name: 'D16: Corpus Christi switched to a working day',
    received: '2026-06-03 10:00',
    days: 1,
    due: '2026-06-04 18:00',
    with: { corpusChristi: false },
  },
  {
    name: 'D16: Good Friday is national',
    received: '2026-04-02 10:00',
    days: 1,
    due: '2026-04-06 18:00',
  },
  {
    name: 'D16: Good Friday in 2003 too',
    received: '2003-04-17 10:00',
    days: 1,
    due: '2003-04-22 18:00',
  },
  {
    name: 'D16: Tiradentes and the bridge day',
    received: '2026-04-17 10:00',
    days: 2,
    due: '2026-04-22 18:00',
  },
  {
    name: 'D16: 7 September on a Monday',
    received: '2026-09-04 10:00',
    days: 1,
    due: '2026-09-08 18:00',
  },
  {
    name: 'D16: 12 October on a Monday',
    received: '2026-10-09 10:00',
    days: 3,
    due: '2026-10-15 18:00',
  },
  {
    name: 'D16: Finados on a Monday',
    received: '2026-10-30 10:00',
    days: 1,
    due: '2026-11-03 18:00',
  },
  {
    name: 'D16: 24 December is a business day',
    received: '2026-12-23 10:00',
    days: 1,
    due: '2026-12-24 18:00',
  },
  {
    name: 'D16: over Christmas on a Friday',
    received: '2026-12-23 10:00',
    days: 2,
    due: '2026-12-28 18:00',
  },
  {
    name: 'D16: 31 December is a business day',
    received: '2026-12-30 10:00',
    days: 1,
    due: '2026-12-31 18:00',
  },
  {
    name: 'D15: over the end of the year',
    received: '2026-12-30 10:00',
    days: 3,
    due: '2027-01-05 18:00',
  },
  {
    name: 'D15: 29 February counts',
    received: '2024-02-28 10:00',
    days: 2,
    due: '2024-03-01 18:00',
  },
  {
    name: 'D16: half day on 24 December is due at its close',
    received: '2026-12-23 10:00',
    days: 1,
    due: '2026-12-24 12:00',
    with: { specialDays: [halfDay('2026-12-24', '09:00', '12:00', 'Véspera de Natal')] },
  },
  {
    name: 'D16: Ash Wednesday from 14:00 is due at 18:00',
    received: '2026-02-13 10:00',
    days: 1,
    due: '2026-02-18 18:00',
    with: { specialDays: [halfDay('2026-02-18', '14:00', '18:00', 'Quarta-feira de Cinzas')] },
  },
  {
    name: 'D16: a closed special day does not count',
    received: '2026-12-30 10:00',
    days: 1,
    due: '2027-01-04 18:00',
    with: { specialDays: [closed('2026-12-31', 'Recesso')] },
  },
  {
    name: 'D16: a special opening on a holiday weekday counts',
    received: '2026-11-19 10:00',
    days: 1,
    due: '2026-11-20 13:00',
    with: { specialDays: [halfDay('2026-11-20', '09:00', '13:00', 'Plantão')] },
  },
  {
    name: 'D16: a special opening on Saturday counts no day',
    received: '2026-12-04 10:00',
    days: 1,
    due: '2026-12-07 18:00',
    with: { specialDays: [halfDay('2026-12-05', '09:00', '13:00', 'Mutirão')] },
  },
  {
    name: 'D16: … unless it says businessDay',
    received: '2026-12-04 10:00',
    days: 1,
    due: '2026-12-05 13:00',
    with: {
      specialDays: [{ ...halfDay('2026-12-05', '09:00', '13:00', 'Mutirão'), businessDay: true }],
    },
  },
  {
    name: 'D16: Saturday hours are no business day',
    received: '2026-12-04 10:00',
    days: 1,
    due: '2026-12-07 18:00',
    with: saturdayOpening,
  },
  {
    name: 'D16: Saturday listed as business day counts',
    received: '2026-12-04 10:00',
    days: 1,
    due: '2026-12-05 18:00',
    with: { ...saturdayOpening, businessDays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
  },
  {
    name: 'D16: lunch break: due at the end of the last interval',
    received: '2026-11-09 12:30',
    days: 1,
    due: '2026-11-10 18:30',
    with: {
      hours: Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [
          day,
          [
            { from: '13:30', to: '18:30' },
            { from: '09:00', to: '12:00' },
          ],
        ]),
      ),
    },
  },
  {
    name: 'D16: a municipal holiday of every year',
    received: '2027-01-22 10:00',
    days: 1,
    due: '2027-01-26 18:00',
    with: { holidays: [{ date: '--01-25', name: 'Aniversário de São Paulo' }] },
  },
  {
    name: 'D16: a holiday once is not repeated',
    received: '2027-06-04 10:00',
    days: 1,
    due: '2027-06-07 18:00',
    with: { holidays: [{ date: '2026-06-07', name: 'Mudança' }] },
  },
  {
    name: 'D16: national holidays switched off',
    received: '2026-11-19 10:00',
    days: 1,
    due: '2026-11-20 18:00',
    with: { nationalHolidays: false },
  },
  {
    name: 'D16: optional days keep their own switches then',
    received: '2026-06-03 10:00',
    days: 1,
    due: '2026-06-05 18:00',
    with: { nationalHolidays: false },
  },
];

describe('business days', () => {
  it.each(CASES)('$name', ({ received, days, due, with: changes }) => {
    expect(local(addBusinessDays(calendar(changes), at(received), days).dueAt)).toBe(due);
  });

  it('D15: the day of receipt is the one that the zone of the calendar shows', () => {
    const received = new Date('2026-11-10T01:30:00Z'); // Monday 22:30 in São Paulo, Tuesday in UTC
    expect(local(addBusinessDays(calendar(), received, 3).dueAt)).toBe('2026-11-12 18:00');
    const utc = calendar({ zone: 'UTC' });
    expect(addBusinessDays(utc, received, 3).dueAt.toISOString()).toBe('2026-11-13T18:00:00.000Z');
  });

  it('D16: the close follows the summer time of São Paulo', () => {
    const due = (received: string) =>
      addBusinessDays(calendar(), at(received), 1).dueAt.toISOString();
    // Summer time began on Sunday 4 November 2018 and ended on Sunday 17 February 2019, and never came back.
    expect(due('2018-11-01 10:00')).toBe('2018-11-05T20:00:00.000Z');
    expect(due('2018-10-31 10:00')).toBe('2018-11-01T21:00:00.000Z');
    expect(due('2019-02-14 10:00')).toBe('2019-02-15T20:00:00.000Z');
    expect(due('2019-02-15 10:00')).toBe('2019-02-18T21:00:00.000Z');
    expect(due('2026-11-09 10:00')).toBe('2026-11-10T21:00:00.000Z');
  });

  it('D16: a close inside a skipped hour is the moment of the change', () => {
    // Sunday 4 November 2018: 00:00 → 01:00 in São Paulo; open 22:00–24:00 on Saturday, 00:00–00:30 on Sunday.
    const night = calendar({
      hours: { sat: [{ from: '22:00', to: '24:00' }], sun: [{ from: '00:00', to: '02:00' }] },
      businessDays: ['sat', 'sun'],
    });
    const due = (received: string) => addBusinessDays(night, at(received), 1).dueAt.toISOString();
    expect(due('2018-11-02 10:00')).toBe('2018-11-04T03:00:00.000Z');
    expect(due('2018-11-03 10:00')).toBe('2018-11-04T04:00:00.000Z');
  });

  it('D16: a repeated close is the second one', () => {
    // Saturday 16 February 2019: at 24:00 the clock went back to 23:00.
    const night = calendar({
      hours: { sat: [{ from: '09:00', to: '23:30' }] },
      businessDays: ['sat'],
    });
    expect(addBusinessDays(night, at('2019-02-15 10:00'), 1).dueAt.toISOString()).toBe(
      '2019-02-17T02:30:00.000Z',
    );
  });

  it('D16: a day that the zone left out (Samoa, Friday 30 December 2011) does not count', () => {
    const samoa = calendar({ zone: 'Pacific/Apia', nationalHolidays: false });
    const due = addBusinessDays(samoa, at('2011-12-29 10:00', 'Pacific/Apia'), 1);
    expect(due.daysCounted).toEqual(['2012-01-02']);
  });

  it('D19: says which days were counted and which were not, and why', () => {
    expect(addBusinessDays(calendar(), at('2026-11-18 10:00'), 3)).toEqual({
      dueAt: at('2026-11-24 18:00'),
      receivedOn: '2026-11-18',
      countsAsReceivedOn: '2026-11-18',
      daysCounted: ['2026-11-19', '2026-11-23', '2026-11-24'],
      daysSkipped: [
        {
          date: '2026-11-20',
          kind: 'national',
          why: 'feriado, Consciência Negra',
          whyEn: 'holiday, Black Awareness Day',
        },
        { date: '2026-11-21', kind: 'weekday', why: 'sábado', whyEn: 'Saturday' },
        { date: '2026-11-22', kind: 'weekday', why: 'domingo', whyEn: 'Sunday' },
      ],
    });
  });

  it('D19: names optional days, own holidays, closed days and holidays on weekends', () => {
    const days = calendar({
      holidays: [{ date: '--02-18', name: 'Aniversário da empresa' }],
      specialDays: [closed('2026-02-19', 'Inventário')],
    });
    const { daysSkipped } = addBusinessDays(days, at('2026-02-13 10:00'), 1);
    expect(daysSkipped.map(({ why }) => why)).toEqual([
      'sábado',
      'domingo',
      'ponto facultativo, Segunda-feira de Carnaval',
      'ponto facultativo, Terça-feira de Carnaval',
      'feriado, Aniversário da empresa',
      'fechado, Inventário',
    ]);
    const republic = addBusinessDays(calendar(), at('2026-11-13 10:00'), 1);
    expect(republic.daysSkipped.at(-1)?.why).toBe('domingo; feriado, Proclamação da República');
  });

  it.each([0, -1, 1.5, Number.NaN, 1_000_000])('refuses a count of %p days', (days) => {
    expect(() => addBusinessDays(calendar(), at('2026-11-09 10:00'), days)).toThrow(
      CalendarRangeError,
    );
  });

  it('refuses years before 2003 and after 2199, naming the bounds', () => {
    expect(() => addBusinessDays(calendar(), at('2002-12-30 10:00'), 3)).toThrow(
      /2003 to 2199; 2002/,
    );
    expect(() => addBusinessDays(calendar(), at('2199-12-30 10:00'), 3)).toThrow(
      /2003 to 2199; 2200/,
    );
    expect(() => addBusinessDays(calendar(), new Date('nonsense'), 3)).toThrow(CalendarRangeError);
  });
});
