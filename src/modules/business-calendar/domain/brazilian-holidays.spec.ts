import { describe, expect, it } from '@jest/globals';
import { brazilianHolidays, easterSunday } from './brazilian-holidays.js';
import { CalendarRangeError, isoOf } from './civil-day.js';

const datesOf = (year: number, optional = false): string[] =>
  brazilianHolidays(year)
    .filter(({ rule }) => (rule.optional !== undefined) === optional)
    .map(({ day }) => isoOf(day));

describe('holidays of Brazil', () => {
  // Dates of Easter as published (Observatório Nacional, US Naval Observatory), the earliest and latest ones included.
  it.each([
    '2003-04-20',
    '2008-03-23',
    '2011-04-24',
    '2016-03-27',
    '2019-04-21',
    '2020-04-12',
    '2023-04-09',
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2028-04-16',
    '2030-04-21',
    '2035-03-25',
    '2038-04-25',
    '2049-04-18',
    '2076-04-19',
    '2100-03-28',
    '2160-03-23',
    '2190-04-25',
  ])('D16: Easter falls on %s', (date) => {
    expect(isoOf(easterSunday(Number(date.slice(0, 4))))).toBe(date);
  });

  it('D16: the national holidays of 2026', () => {
    expect(datesOf(2026)).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-21',
      '2026-05-01',
      '2026-09-07',
      '2026-10-12',
      '2026-11-02',
      '2026-11-15',
      '2026-11-20',
      '2026-12-25',
    ]);
  });

  it('D16: Carnaval Monday and Tuesday and Corpus Christi are optional days', () => {
    expect(datesOf(2026, true)).toEqual(['2026-02-16', '2026-02-17', '2026-06-04']);
    expect(datesOf(2008, true)).toEqual(['2008-02-04', '2008-02-05', '2008-05-22']);
  });

  it('D16: 20 November is national from 2024 on (Lei 14.759/2023)', () => {
    expect(datesOf(2023)).not.toContain('2023-11-20');
    expect(datesOf(2024)).toContain('2024-11-20');
    expect(
      brazilianHolidays(2024).find(({ rule }) => rule.name === 'Consciência Negra')?.rule.law,
    ).toBe('Lei 14.759/2023');
  });

  it('D16: Good Friday, Finados and Nossa Senhora Aparecida from the first year on', () => {
    expect(datesOf(2003)).toEqual(
      expect.arrayContaining(['2003-04-18', '2003-10-12', '2003-11-02']),
    );
  });

  it('D16: every rule names its law', () => {
    for (const { rule } of brazilianHolidays(2199)) expect(rule.law).not.toBe('');
  });

  it.each([2002, 2200, 1899, 2026.5])('refuses the year %p, naming the bounds', (year) => {
    expect(() => brazilianHolidays(year)).toThrow(CalendarRangeError);
    expect(() => brazilianHolidays(year)).toThrow(/2003 to 2199/);
  });
});
