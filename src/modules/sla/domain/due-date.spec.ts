import { describe, expect, it } from '@jest/globals';
import { CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from '../../business-calendar/index.js';
import { clockDto } from '../http/clock.dto.js';
import { endState, isCovered, summaryOf, type RunningClock } from './clock.js';
import { countPromise, dueAfterPause, dueAtOf, warningsOf } from './due-date.js';

const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}-03:00`);
const calendar = businessCalendar(new CalendarConfig());
const threeDays = { businessDays: 3, warnBusinessHours: 4 };

describe('the due date of a promise', () => {
  it('D13: three business days, warned of four business hours before', () => {
    const started = at('2026-11-09 10:00');
    const dueAt = dueAtOf(calendar, threeDays, started);
    expect(dueAt).toEqual(at('2026-11-12 18:00'));
    expect(warningsOf(calendar, threeDays, started, dueAt)).toEqual([at('2026-11-12 14:00')]);
  });

  it('D19: no warning where none is wanted or where it would stand before the start', () => {
    const started = at('2026-11-09 10:00');
    const minutes = { businessMinutes: 60, warnBusinessHours: 4 };
    const dueAt = dueAtOf(calendar, minutes, started);
    expect(dueAt).toEqual(at('2026-11-09 11:00'));
    expect(warningsOf(calendar, minutes, started, dueAt)).toEqual([]);
    expect(warningsOf(calendar, { businessDays: 3, warnBusinessHours: 0 }, started, dueAt)).toEqual(
      [],
    );
    expect(
      warningsOf(
        calendar,
        { businessDays: 1, warnBusinessHours: 1000 },
        at('2003-01-02 10:00'),
        at('2003-01-03 18:00'),
      ),
    ).toEqual([]);
  });

  it('D19: the explanation says the due instant that was promised', () => {
    const counted = countPromise(calendar, threeDays, {
      startedAt: at('2026-11-09 10:00'),
      dueAt: at('2026-11-12 17:00'),
    });
    expect(counted.explanation.ptBR).toMatch(/prazo quinta 12\/11 às 17:00$/);
  });

  it('D19: warnings at several points: a share of the time, a day before, hours before', () => {
    const promise = { ...threeDays, warnAt: ['50%', '1d', '4h', '30m', '500h'] };
    expect(warningsOf(calendar, promise, at('2026-11-09 09:00'), at('2026-11-12 18:00'))).toEqual(
      // Four days of nine hours: half of them are over at the close of Tuesday.
      [
        at('2026-11-10 18:00'),
        at('2026-11-11 09:00'),
        at('2026-11-12 14:00'),
        at('2026-11-12 17:30'),
      ],
    );
  });

  it('D15: what comes after hours counts as received on the next business day, by name', () => {
    const next = { ...threeDays, counting: 'after_hours_next_day' as const };
    const due = (local: string): string =>
      dueAtOf(calendar, next, at(local)).toISOString().slice(0, 10);
    // Friday before the close, at the close, Saturday: Wednesday, Thursday, Thursday.
    expect([due('2026-11-13 17:59'), due('2026-11-13 18:00'), due('2026-11-14 10:00')]).toEqual([
      '2026-11-18',
      '2026-11-19',
      '2026-11-19',
    ]);
    expect(dueAtOf(calendar, threeDays, at('2026-11-13 18:00'))).toEqual(at('2026-11-18 18:00'));
    const { explanation, daysCounted } = countPromise(calendar, next, {
      startedAt: at('2026-11-13 19:40'),
      dueAt: at('2026-11-19 18:00'),
    });
    expect(daysCounted).toEqual(['2026-11-17', '2026-11-18', '2026-11-19']);
    expect(explanation.ptBR).toBe(
      'Recebido sexta 13/11 às 19:40; conta como recebido segunda 16/11; contam terça 17, quarta 18, quinta 19; prazo quinta 19/11 às 18:00',
    );
  });

  it('D16: a pause counts in service time: what was left then is left now', () => {
    // Due Tuesday 12:00; stood still from Monday 16:00 (five hours left) to Wednesday 20:00.
    expect(
      dueAfterPause(
        calendar,
        at('2026-11-10 12:00'),
        at('2026-11-09 16:00'),
        at('2026-11-11 20:00'),
      ),
    ).toEqual(at('2026-11-12 14:00'));
    // A night and a weekend outside service hours cost nothing.
    expect(
      dueAfterPause(
        calendar,
        at('2026-11-16 10:00'),
        at('2026-11-13 18:00'),
        at('2026-11-16 08:00'),
      ),
    ).toEqual(at('2026-11-16 10:00'));
    const { explanation, daysCounted } = countPromise(
      calendar,
      { businessMinutes: 600, warnBusinessHours: 1 },
      {
        startedAt: at('2026-11-09 11:00'),
        dueAt: at('2026-11-12 14:00'),
        pauses: [{ from: at('2026-11-09 16:00'), to: at('2026-11-11 20:00') }],
      },
    );
    expect(daysCounted).toEqual(['2026-11-09', '2026-11-12']);
    expect(explanation.ptBR).toBe(
      'Recebido segunda 09/11 às 11:00; contam 10 h de atendimento (segunda 9: 5 h, quinta 12: 5 h); não conta a espera de segunda 09/11 às 16:00 a quarta 11/11 às 20:00; prazo quinta 12/11 às 14:00',
    );
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
    paused: false,
    pausable: false,
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
    // Internal targets are nobody's promise, and what stands still is not due.
    const early = { dueAt: at('2026-11-10 18:00') };
    const hidden = [
      clock({ ...early, kind: 'internal_return' }),
      clock({ ...early, kind: 'overall_resolution', paused: true }),
    ];
    expect(summaryOf([clock({}), ...hidden]).kind).toBe('first_return');
    expect(summaryOf([])).toEqual({ dueAt: null, kind: null, breached: false });
  });
});

describe('a clock in the API', () => {
  it('D19: instants carry the offset of the calendar', () => {
    const promise = countPromise(calendar, threeDays, {
      startedAt: at('2026-11-09 10:00'),
      dueAt: at('2026-11-12 18:00'),
    });
    const dto = clockDto({
      id: '1',
      kind: 'first_return',
      state: 'running',
      policy: { key: 'default', businessDays: 3, version: 1 },
      startedAt: at('2026-11-09 10:00'),
      dueAt: at('2026-11-12 18:00'),
      endedAt: null,
      calendar: { name: 'default', version: 1, zone: 'America/Sao_Paulo' },
      pauses: [],
      promise: 'quinta-feira, 12 de novembro de 2026, até as 18h',
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
