import { describe, expect, it } from '@jest/globals';
import { BRAZILIAN_CAPITALS, BRAZILIAN_STATES, CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from './business-calendar.js';
import { addBusinessDays } from './business-days.js';
import { parseDayRule } from './day-rule.js';
import { describeDay, describeYear } from './describe-day.js';
import { CAPITAL_HOLIDAYS, regionalHolidays, STATE_HOLIDAYS } from './regional-holidays.js';
import { resolveDefinition } from './resolve-definition.js';

const calendar = (changes: Partial<CalendarConfig>) =>
  businessCalendar(resolveDefinition(Object.assign(new CalendarConfig(), changes)));

describe('holidays of states and capitals', () => {
  it('every state has an entry, every entry a day, a name and its law', () => {
    expect(new Set(STATE_HOLIDAYS.map(({ of }) => of))).toEqual(new Set(BRAZILIAN_STATES));
    // Brasília has the holidays of the Federal District alone; Belém and others at least one of their own.
    expect(
      BRAZILIAN_CAPITALS.filter((city) => !CAPITAL_HOLIDAYS.some(({ of }) => of === city)),
    ).toEqual(['brasilia']);
    for (const { date, name, law, fromYear = 2003, untilYear = 2199 } of [
      ...STATE_HOLIDAYS,
      ...CAPITAL_HOLIDAYS,
    ]) {
      expect([date, parseDayRule(date)]).not.toEqual([date, null]);
      expect([name, law]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
      expect(fromYear).toBeLessThanOrEqual(untilYear);
    }
  });

  it('D16: a verified state holiday takes the day off, with its law', () => {
    expect(describeDay(calendar({ state: 'SP' }), '2026-07-09')).toMatchObject({
      businessDay: false,
      kind: 'state',
      law: 'Lei 9.497/1997',
      note: { ptBR: 'feriado estadual, Revolução Constitucionalista de 1932' },
    });
    const received = new Date('2026-07-08T12:00:00Z');
    expect(addBusinessDays(calendar({ state: 'SP' }), received, 1).daysCounted).toEqual([
      '2026-07-10',
    ]);
    expect(addBusinessDays(calendar({}), received, 1).daysCounted).toEqual(['2026-07-09']);
  });

  it('the year in which a law moved it', () => {
    const paulista = calendar({ state: 'SP' });
    expect(describeDay(paulista, '2020-05-25').businessDay).toBe(false);
    expect(describeDay(paulista, '2020-07-09').businessDay).toBe(true);
    expect(describeDay(paulista, '2021-07-09').businessDay).toBe(false);
  });

  it('a capital brings its state along; what is not verified is off by default', () => {
    const names = (changes: Partial<CalendarConfig>): string[] =>
      regionalHolidays(Object.assign(new CalendarConfig(), changes)).map(({ name }) => name);
    expect(names({ city: 'recife' })).toEqual(['Nossa Senhora do Carmo']);
    expect(names({ city: 'recife', unverifiedHolidays: true })).toEqual([
      'Data Magna de Pernambuco',
      'São João',
      'Nossa Senhora do Carmo',
      'Nossa Senhora da Conceição',
    ]);
    expect(names({})).toEqual([]);
  });

  it('a municipal holiday that became a national one changes its kind with the law', () => {
    const paulistana = calendar({ city: 'sao-paulo' });
    const kindOf = (year: number): string | undefined =>
      describeYear(paulistana, year).holidays.find(({ date }) => date === `${year}-11-20`)?.kind;
    expect([kindOf(2003), kindOf(2004), kindOf(2023), kindOf(2024)]).toEqual([
      undefined,
      'municipal',
      'municipal',
      'national',
    ]);
  });
});

describe('days of every year', () => {
  const cinzas = {
    date: 'easter-46',
    name: 'Quarta-feira de Cinzas',
    closed: false,
    intervals: [{ from: '14:00', to: '18:00' }],
  };
  const vespera = {
    date: '--12-24',
    name: 'Véspera de Natal',
    closed: false,
    intervals: [{ from: '09:00', to: '12:00' }],
  };

  it('D16: Ash Wednesday from 14:00 counts, in every year', () => {
    const half = calendar({ specialDays: [cinzas] });
    for (const date of ['2025-03-05', '2026-02-18', '2027-02-10']) {
      expect(describeDay(half, date)).toMatchObject({
        businessDay: true,
        intervals: [{ from: '14:00', to: '18:00' }],
      });
    }
  });

  it('24 December on a Sunday stays a Sunday; one for a single day goes before', () => {
    const early = calendar({
      specialDays: [{ ...vespera, date: '2026-12-24', closed: true, intervals: [] }, vespera],
    });
    expect(describeDay(early, '2023-12-24')).toMatchObject({ businessDay: false, kind: 'weekday' });
    expect(describeDay(early, '2025-12-24').intervals).toEqual([{ from: '09:00', to: '12:00' }]);
    expect(describeDay(early, '2026-12-24').intervals).toEqual([]);
  });

  it('a movable holiday of the operator, for some years', () => {
    const penha = calendar({
      holidays: [
        { date: 'easter+8', name: 'Nossa Senhora da Penha', fromYear: 2026, untilYear: 2026 },
      ],
    });
    expect(describeDay(penha, '2026-04-13')).toMatchObject({
      businessDay: false,
      kind: 'own',
      name: 'Nossa Senhora da Penha',
    });
    expect(describeDay(penha, '2025-04-28').businessDay).toBe(true);
    expect(describeDay(penha, '2027-04-05').businessDay).toBe(true);
  });
});
