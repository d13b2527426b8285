import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, type BusinessCalendar } from './business-calendar.js';
import { CalendarRangeError } from './civil-day.js';
import { describeDay, describeYear } from './describe-day.js';

function calendar(changes: Partial<CalendarConfig> = {}): BusinessCalendar {
  return businessCalendar(Object.assign(new CalendarConfig(), changes));
}

describe('what a calendar says', () => {
  it('D16: about a business day', () => {
    expect(describeDay(calendar(), '2026-12-24')).toEqual({
      date: '2026-12-24',
      weekday: 'thu',
      businessDay: true,
      kind: 'weekday',
      name: null,
      law: null,
      intervals: [{ from: '09:00', to: '18:00' }],
      opensAt: new Date('2026-12-24T12:00:00Z'),
      closesAt: new Date('2026-12-24T21:00:00Z'),
      note: null,
    });
  });

  it('D16: about a holiday, with its law', () => {
    expect(describeDay(calendar(), '2026-11-20')).toMatchObject({
      businessDay: false,
      kind: 'national',
      name: 'Consciência Negra',
      law: 'Lei 14.759/2023',
      intervals: [],
      opensAt: null,
      closesAt: null,
      note: { ptBR: 'feriado, Consciência Negra', en: 'holiday, Black Awareness Day' },
    });
  });

  it('D16: about a half day', () => {
    const halfDay = {
      date: '2026-12-24',
      name: 'Véspera de Natal',
      closed: false,
      intervals: [{ from: '09:00', to: '12:00' }],
    };
    expect(describeDay(calendar({ specialDays: [halfDay] }), '2026-12-24')).toMatchObject({
      businessDay: true,
      closesAt: new Date('2026-12-24T15:00:00Z'),
      note: { ptBR: 'horário especial, Véspera de Natal' },
    });
  });

  it('D16: about a year: optional days are marked, also those switched off', () => {
    const year = describeYear(
      calendar({ corpusChristi: false, holidays: [{ date: '--01-25', name: 'Aniversário' }] }),
      2026,
    );
    expect(year.holidays).toHaveLength(14);
    expect(year.holidays.filter(({ kind }) => kind === 'optional')).toEqual([
      expect.objectContaining({ date: '2026-02-16', observed: true }),
      expect.objectContaining({ date: '2026-02-17', observed: true }),
      expect.objectContaining({ date: '2026-06-04', name: 'Corpus Christi', observed: false }),
    ]);
    expect(year.holidays.find(({ kind }) => kind === 'own')).toMatchObject({
      date: '2026-01-25',
      weekday: 'sun',
    });
    // 261 weekdays; off: 1 Jan, 16 and 17 Feb, 3 and 21 Apr, 1 May, 7 Sep, 12 Oct, 2 and 20 Nov, 25 Dec.
    expect(year.businessDays).toBe(250);
    expect(year.serviceHours).toBe(250 * 9);
  });

  it('D16: without national holidays they are not spoken of', () => {
    const year = describeYear(calendar({ nationalHolidays: false }), 2026);
    expect(year.holidays.map(({ kind }) => kind)).toEqual(['optional', 'optional', 'optional']);
  });

  it('refuses what is no date and years without a table', () => {
    expect(() => describeDay(calendar(), '2026-02-29')).toThrow(CalendarRangeError);
    expect(() => describeYear(calendar(), 2200)).toThrow(CalendarRangeError);
  });
});
