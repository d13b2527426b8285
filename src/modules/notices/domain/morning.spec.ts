import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar, resolveDefinition } from '../../business-calendar/index.js';
import { morningAt } from './morning.js';

const calendar = businessCalendar(resolveDefinition(new CalendarConfig(), []));
const at = (text: string): ReturnType<typeof morningAt> => morningAt(calendar, new Date(text));

describe('the morning of a business day (D16, D18)', () => {
  it('begins at the opening and lasts three hours', () => {
    expect(at('2026-11-09T11:59:59.999Z')).toBeNull();
    expect(at('2026-11-09T12:00:00.000Z')).toEqual({
      day: '2026-11-09',
      opensAt: new Date('2026-11-09T12:00:00.000Z'),
      endsAt: new Date('2026-11-09T15:00:00.000Z'),
      dayEndsAt: new Date('2026-11-10T03:00:00.000Z'),
    });
    expect(at('2026-11-09T14:59:59.999Z')).not.toBeNull();
    expect(at('2026-11-09T15:00:00.000Z')).toBeNull();
    expect(at('2026-11-09T19:00:00.000Z')).toBeNull();
  });

  it('is none on Sundays and holidays', () => {
    expect(at('2026-11-08T12:00:00.000Z')).toBeNull();
    expect(at('2026-11-20T12:00:00.000Z')).toBeNull();
  });
});
