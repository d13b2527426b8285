import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from '../../business-calendar/index.js';
import { clockDto } from '../http/clock.dto.js';
import { endState, isCovered, summaryOf, type RunningClock } from './clock.js';
import { countPromise, dueAtOf, warnAtOf } from './due-date.js';

const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}-03:00`);
const calendar = businessCalendar(new CalendarConfig());
const threeDays = { businessDays: 3, warnBusinessHours: 4 };

describe('the due date of a promise', () => {
  it('D13: three business days, warned of four business hours before', () => {
    const started = at('2026-11-09 10:00');
    const dueAt = dueAtOf(calendar, threeDays, started);
    expect(dueAt).toEqual(at('2026-11-12 18:00'));
    expect(warnAtOf(calendar, threeDays, started, dueAt)).toEqual(at('2026-11-12 14:00'));
  });

  it('D19: no warning where none is wanted or where it would stand before the start', () => {
    const started = at('2026-11-09 10:00');
    const minutes = { businessMinutes: 60, warnBusinessHours: 4 };
    const dueAt = dueAtOf(calendar, minutes, started);
    expect(dueAt).toEqual(at('2026-11-09 11:00'));
    expect(warnAtOf(calendar, minutes, started, dueAt)).toBeNull();
    expect(
      warnAtOf(calendar, { businessDays: 3, warnBusinessHours: 0 }, started, dueAt),
    ).toBeNull();
    expect(
      warnAtOf(
        calendar,
        { businessDays: 1, warnBusinessHours: 1000 },
        at('2003-01-02 10:00'),
        at('2003-01-03 18:00'),
      ),
    ).toBeNull();
  });

  it('D19: the explanation says the due instant that was promised', () => {
    const counted = countPromise(
      calendar,
      threeDays,
      at('2026-11-09 10:00'),
      at('2026-11-12 17:00'),
    );
    expect(counted.explanation.ptBR).toMatch(/prazo quinta 12\/11 às 17:00$/);
  });

  it('D22: an instant before the first table counts from its beginning', () => {
    expect(dueAtOf(calendar, threeDays, new Date(0)).toISOString()).toBe(
      '2003-01-07T20:00:00.000Z',
    );
  });
});

describe('how clocks end', () => {
  const due = at('2026-11-12 18:00');
  const late = new Date(due.getTime() + 1);

  it.each([
    ['kept', due, 'met'],
    ['kept', late, 'breached'],
    ['called_off', due, 'cancelled'],
    ['called_off', late, 'breached'],
  ] as const)('D19: %s at %p: %s', (outcome, instant, state) => {
    expect(endState(due, instant, outcome)).toBe(state);
  });

  const clock = (changes: Partial<RunningClock>): RunningClock => ({
    id: '1',
    ticketId: '1000001',
    kind: 'first_return',
    startedAt: at('2026-11-09 10:00'),
    startedByMessageId: '7',
    dueAt: due,
    breachedAt: null,
    ...changes,
  });

  it('D19: an answer covers what was on the ticket when it was sent', () => {
    const uncovered = (messageId: string, local: string) => ({ messageId, receivedAt: at(local) });
    expect(isCovered(clock({}), null)).toBe(true);
    expect(isCovered(clock({}), uncovered('8', '2026-11-10 10:00'))).toBe(true);
    expect(isCovered(clock({}), uncovered('7', '2026-11-09 10:00'))).toBe(false);
    expect(
      isCovered(clock({ startedAt: at('2026-11-10 11:00') }), uncovered('6', '2026-11-10 10:00')),
    ).toBe(false);
  });

  it('D14: the summary is the earliest clock', () => {
    const resolution = clock({
      kind: 'resolution',
      dueAt: at('2026-11-11 18:00'),
      breachedAt: late,
    });
    expect(summaryOf([clock({}), resolution])).toEqual({
      dueAt: at('2026-11-11 18:00'),
      kind: 'resolution',
      breached: true,
    });
    expect(summaryOf([])).toEqual({ dueAt: null, kind: null, breached: false });
  });
});

describe('a clock in the API', () => {
  it('D19: instants carry the offset of the calendar', () => {
    const promise = countPromise(
      calendar,
      threeDays,
      at('2026-11-09 10:00'),
      at('2026-11-12 18:00'),
    );
    const dto = clockDto({
      id: '1',
      kind: 'first_return',
      state: 'running',
      policy: { key: 'default', businessDays: 3 },
      startedAt: at('2026-11-09 10:00'),
      dueAt: at('2026-11-12 18:00'),
      endedAt: null,
      calendar: { name: 'default', version: 1, zone: 'America/Sao_Paulo' },
      pauses: [],
      ...promise,
    });
    expect(dto).toMatchObject({
      startedAt: '2026-11-09T10:00:00.000-03:00',
      dueAt: '2026-11-12T18:00:00.000-03:00',
      endedAt: null,
      daysCounted: ['2026-11-10', '2026-11-11', '2026-11-12'],
      daysSkipped: [],
    });
  });
});
