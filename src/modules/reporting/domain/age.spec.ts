import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, resolveDefinition } from '../../business-calendar/index.js';
import { ageThresholds, businessDaysOld } from './age.js';

const calendar = businessCalendar(resolveDefinition(new CalendarConfig(), []));
const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}:00-03:00`);

describe('the age of what waits, in business days (D15)', () => {
  it.each([
    ['received today', '2026-11-05 00:01', '2026-11-05 18:30', 0],
    ['received yesterday', '2026-11-04 23:59', '2026-11-05 00:01', 1],
    ['received on Friday, seen on Saturday', '2026-11-06 10:00', '2026-11-07 10:00', 0],
    ['received on Friday, seen on Monday', '2026-11-06 10:00', '2026-11-09 08:00', 1],
    ['over Consciência Negra, a Friday', '2026-11-19 10:00', '2026-11-23 10:00', 1],
  ])('%s', (_, received, now, age) => {
    expect(businessDaysOld(calendar, at(received), at(now))).toBe(age);
  });

  it('the buckets begin at midnights counted back: Thursday 5 November 2026, after All Souls’ on Monday', () => {
    // 1st back: Thu 5 Nov; 4th: Fri 30 Oct (Thu 5, Wed 4, Tue 3, Fri 30; Mon 2 is Finados); 7th: Tue 27 Oct;
    // 16th: nine more business days before it (26, 23, 22, 21, 20, 19, 16, 15, 14 Oct; the 12th, a holiday, lies further).
    expect(ageThresholds(calendar, at('2026-11-05 10:00'))).toEqual([
      at('2026-11-05 00:00'),
      at('2026-10-30 00:00'),
      at('2026-10-27 00:00'),
      at('2026-10-14 00:00'),
    ]);
  });

  it('a threshold and the age say the same', () => {
    const now = at('2026-11-05 10:00');
    for (const [index, least] of [1, 4, 7, 16].entries()) {
      const threshold = ageThresholds(calendar, now)[index]!;
      expect(businessDaysOld(calendar, new Date(threshold.getTime() - 1), now)).toBe(least);
      expect(businessDaysOld(calendar, threshold, now)).toBeLessThan(least);
    }
  });
});
