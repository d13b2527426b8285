import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from './business-calendar.js';
import { CalendarDefinitionError, calendarProblems } from './calendar-definition.js';
import { canonicalJson } from './canonical-json.js';

const definition = (changes: Partial<CalendarConfig>): CalendarConfig =>
  Object.assign(new CalendarConfig(), changes);
const special = (changes: object) => ({
  date: '2026-12-24',
  name: 'x',
  closed: false,
  intervals: [],
  ...changes,
});

describe('a calendar’s definition', () => {
  it('D16: the one out of the box is sound', () => {
    expect(calendarProblems(new CalendarConfig())).toEqual([]);
  });

  it.each<[string, Partial<CalendarConfig>, string]>([
    ['an unknown zone', { zone: 'Brazil/Atlantis' }, 'zone'],
    [
      'a business weekday without hours',
      { hours: { mon: [] }, businessDays: ['mon'] },
      'hours.mon',
    ],
    ['no business weekday', { businessDays: [] }, 'businessDays'],
    [
      'an interval that ends before it begins',
      { hours: { ...new CalendarConfig().hours, mon: [{ from: '18:00', to: '09:00' }] } },
      'hours.mon[0]',
    ],
    [
      'overlapping intervals',
      {
        hours: {
          ...new CalendarConfig().hours,
          mon: [
            { from: '09:00', to: '13:00' },
            { from: '12:00', to: '18:00' },
          ],
        },
      },
      'hours.mon',
    ],
    [
      'a time that is none',
      { hours: { ...new CalendarConfig().hours, mon: [{ from: '9h', to: '18:00' }] } },
      'hours.mon[0].from',
    ],
    [
      'an unknown weekday',
      { hours: { ...new CalendarConfig().hours, seg: [] } as never },
      'hours.seg',
    ],
    [
      'a holiday that is no date',
      { holidays: [{ date: '2026-02-30', name: 'x' }] },
      'holidays[0].date',
    ],
    [
      'a yearly holiday that is no day',
      { holidays: [{ date: '--13-01', name: 'x' }] },
      'holidays[0].date',
    ],
    [
      'a special day that is no date',
      { specialDays: [special({ date: '24/12/2026' })] },
      'specialDays[0].date',
    ],
    [
      'a special day named twice',
      { specialDays: [special({}), special({})] },
      'specialDays[1].date',
    ],
    [
      'closed and open at once',
      { specialDays: [special({ closed: true, intervals: [{ from: '09:00', to: '12:00' }] })] },
      'specialDays[0]',
    ],
    [
      'a business day without an opening',
      { specialDays: [special({ closed: true, businessDay: true })] },
      'specialDays[0].businessDay',
    ],
  ])('D16: refuses %s and names it', (_name, changes, path) => {
    expect(calendarProblems(definition(changes)).map((problem) => problem.path)).toContain(path);
    expect(() => businessCalendar(definition(changes))).toThrow(CalendarDefinitionError);
  });

  it('D16: joins intervals that touch, in whatever order they stand', () => {
    const calendar = businessCalendar(
      definition({
        hours: {
          ...new CalendarConfig().hours,
          mon: [
            { from: '13:00', to: '24:00' },
            { from: '09:00', to: '13:00' },
          ],
        },
      }),
    );
    expect(calendar.definition.hours.mon).toEqual([{ fromMinute: 540, toMinute: 1440 }]);
  });

  it('D19: equal definitions have equal canonical text, whatever the order of their keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ç' }], a: undefined })).toBe(
      '{"b":[1,{"c":"ç","d":null}]}',
    );
    const shuffled = Object.fromEntries(Object.entries(new CalendarConfig()).reverse());
    expect(canonicalJson(shuffled)).toBe(canonicalJson(new CalendarConfig()));
  });
});
