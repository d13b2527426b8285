import { describe, expect, it } from '@jest/globals';
import { businessCalendar, resolveDefinition } from '../../business-calendar/index.js';
import { CalendarConfig } from '../../../config/index.js';
import { businessMsOf } from './business-time-of.js';

/** Mon–Fri 09:00–18:00 in São Paulo (UTC−3 in 2026). */
const calendar = businessCalendar(resolveDefinition(new CalendarConfig(), []));
const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}:00-03:00`);
const HOUR = 3_600_000;

describe('the business time of what has ended', () => {
  it.each([
    ['within a morning', '2026-11-09 10:00', '2026-11-09 11:30', 1.5],
    ['over a night: 1 h of Monday and 1 h of Tuesday', '2026-11-09 17:00', '2026-11-10 10:00', 2],
    [
      'over a weekend: 2 h of Friday and half an hour of Monday',
      '2026-11-06 16:00',
      '2026-11-09 09:30',
      2.5,
    ],
    [
      'over Consciência Negra, a Friday: Thursday afternoon and Monday morning',
      '2026-11-19 17:00',
      '2026-11-23 10:00',
      2,
    ],
    ['outside of service alone', '2026-11-07 10:00', '2026-11-08 20:00', 0],
    ['an end before the start', '2026-11-09 11:00', '2026-11-09 10:00', 0],
  ])('%s', (_, from, to, hours) => {
    expect(businessMsOf(calendar, { from: at(from), to: at(to), pauses: [] })).toBe(hours * HOUR);
  });

  it('D16: pauses are taken off, in service time only, each once; one that goes on ends with the clock', () => {
    const iso = (local: string): string => at(local).toISOString();
    const stretch = { from: at('2026-11-09 09:00'), to: at('2026-11-10 12:00') };
    // 9 h of Monday and 3 h of Tuesday are 12 h; the first pause takes 1 h of Monday, the second 2 h of Tuesday.
    const pauses = [
      { from: iso('2026-11-09 10:00'), to: iso('2026-11-09 11:00') },
      { from: iso('2026-11-09 19:00'), to: iso('2026-11-10 08:00') },
      { from: iso('2026-11-10 10:00'), to: null },
    ];
    expect(businessMsOf(calendar, { ...stretch, pauses })).toBe(9 * HOUR);
  });
});
