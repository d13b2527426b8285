import { describe, expect, it } from '@jest/globals';
import { AwaitingCustomerConfig, CalendarConfig } from '../../../config/index.js';
import { businessCalendar } from '../../business-calendar/index.js';
import {
  answerableUntil,
  decideWait,
  reminderAt,
  waitRulesOf,
  type DueWait,
  type WaitDecision,
} from './customer-wait.js';

const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}-03:00`);
const calendar = businessCalendar(new CalendarConfig());
const breaks = businessCalendar(
  Object.assign(new CalendarConfig(), {
    hours: Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [
        day,
        [
          { from: '09:00', to: '12:00' },
          { from: '13:30', to: '18:00' },
        ],
      ]),
    ),
  }),
);

describe('when the reminder leaves (D15, D18)', () => {
  // 20 November 2026, a Friday, is a holiday.
  it.each([
    ['on the third business day at the same time of day', '2026-11-09 14:10', '2026-11-12 14:10'],
    ['not before that day’s opening', '2026-11-09 07:30', '2026-11-12 09:00'],
    ['of an answer in the evening in the last hour', '2026-11-09 21:00', '2026-11-12 17:00'],
    ['weekends and holidays are passed over', '2026-11-18 10:00', '2026-11-24 10:00'],
    ['an answer of a Saturday counts from Monday', '2026-11-14 10:00', '2026-11-18 10:00'],
    ['across the end of the year', '2026-12-30 11:00', '2027-01-05 11:00'],
  ])('%s', (_name, since, reminder) => {
    expect(reminderAt(calendar, at(since), 3)).toEqual(at(reminder));
  });

  it('not in a break', () => {
    expect(reminderAt(breaks, at('2026-11-09 12:40'), 1)).toEqual(at('2026-11-10 13:30'));
  });

  it('an answer dated before the tables is counted from their beginning', () => {
    expect(reminderAt(calendar, new Date('1970-01-01T00:00:00Z'), 1).getUTCFullYear()).toBe(2003);
  });
});

describe('until when the customer can answer', () => {
  const rules = { remindAfter: 3, resolveAfter: 6 };

  it('D15: the close of the sixth business day after our answer, three of them after the reminder', () => {
    const since = at('2026-11-09 14:10');
    const reminded = reminderAt(calendar, since, 3);
    expect(answerableUntil(calendar, since, reminded, rules)).toEqual(at('2026-11-17 18:00'));
  });

  it('after a late reminder it is still three full business days', () => {
    const since = at('2026-10-01 14:10');
    expect(answerableUntil(calendar, since, at('2026-11-12 09:00'), rules)).toEqual(
      at('2026-11-17 18:00'),
    );
  });

  it('a reminder is never sent on the day on which it is resolved, whatever the days are', () => {
    for (let hour = 0; hour < 24 * 14; hour += 1) {
      const since = new Date(at('2026-11-12 00:30').getTime() + hour * 3_600_000);
      const reminded = reminderAt(calendar, since, 1);
      const until = answerableUntil(calendar, since, reminded, { remindAfter: 1, resolveAfter: 2 });
      expect(calendar.dayAt(until.getTime() - 1)).toBeGreaterThan(
        calendar.dayAt(reminded.getTime()),
      );
    }
  });
});

describe('whose rules a wait goes by', () => {
  const days = (remindAfter: number, enabled = true): AwaitingCustomerConfig =>
    Object.assign(new AwaitingCustomerConfig(), { remindAfter, enabled });
  const ticket = { queueKey: 'suporte', mailboxKey: 'loja' };

  it.each([
    ['nothing is configured: off', {}, null],
    ['everybody’s', { all: days(1) }, 1],
    ['the mailbox’s before everybody’s', { all: days(1), mailbox: days(2) }, 2],
    ['the queue’s before both', { all: days(1), mailbox: days(2), queue: days(3) }, 3],
    ['switched off for a queue', { all: days(1), queue: days(3, false) }, null],
  ])('%s', (_name, { all, mailbox, queue }: Record<string, AwaitingCustomerConfig>, expected) => {
    const rules = waitRulesOf(
      {
        automation: all === undefined ? {} : { awaitingCustomer: all },
        queues: { suporte: queue === undefined ? {} : { awaitingCustomer: queue } },
        mailboxes: { loja: mailbox === undefined ? {} : { awaitingCustomer: mailbox } },
      },
      ticket,
    );
    expect(rules?.remindAfter ?? null).toBe(expected);
  });
});

describe('what a wait comes to', () => {
  const now = at('2026-11-12 14:10');
  const wait = (about: Partial<DueWait> = {}): DueWait => ({
    stage: 'waiting',
    status: 'awaiting_customer',
    enabled: true,
    escalated: false,
    mailAllowed: true,
    undelivered: false,
    answered: false,
    undecided: false,
    paused: false,
    crowded: false,
    mailboxRead: true,
    ...about,
  });
  const over = (why: string): object => ({ kind: 'over', why });
  const later = (local: string): object => ({ kind: 'later', at: at(local) });

  it.each<[string, Partial<DueWait>, WaitDecision | object]>([
    ['it is reminded of', {}, { kind: 'remind' }],
    ['it is resolved after its reminder', { stage: 'reminded' }, { kind: 'resolve' }],
    ['not where it is open again', { status: 'open' }, over('not_waiting')],
    ['not where an agent resolved it', { status: 'resolved' }, over('not_waiting')],
    ['not where it was switched off', { enabled: false }, over('switched_off')],
    ['D14: not while a second team has it', { escalated: true }, over('escalated')],
    ['D21 D23: not to whom no machine writes', { mailAllowed: false }, over('no_automatic_mail')],
    ['D19: not where our answer came back', { undelivered: true }, over('undelivered')],
    [
      'not where the reminder came back',
      { stage: 'reminded', undelivered: true },
      over('undelivered'),
    ],
    ['not where the customer wrote', { stage: 'reminded', answered: true }, over('answered')],
    ['later while a word of an agent is awaited', { undecided: true }, later('2026-11-12 15:10')],
    ['later while automatic mail is paused', { paused: true }, later('2026-11-12 15:10')],
    [
      'nothing is resolved in a pause',
      { stage: 'reminded', paused: true },
      later('2026-11-12 15:10'),
    ],
    ['later for one who was reminded of others', { crowded: true }, later('2026-11-12 15:10')],
    [
      'one who was reminded often is resolved all the same',
      { stage: 'reminded', crowded: true },
      { kind: 'resolve' },
    ],
    [
      'later where an answer may lie unread in the mailbox',
      { stage: 'reminded', mailboxRead: false },
      later('2026-11-12 14:15'),
    ],
  ])('%s', (_name, about, expected) => {
    expect(decideWait(calendar, wait(about), now)).toEqual(expected);
  });

  it('D18: nothing outside service hours', () => {
    for (const stage of ['waiting', 'reminded'] as const) {
      expect(decideWait(calendar, wait({ stage }), at('2026-11-12 18:00'))).toEqual(
        later('2026-11-13 09:00'),
      );
    }
    const paused = wait({ paused: true });
    expect(decideWait(calendar, paused, at('2026-11-12 17:30'))).toEqual(later('2026-11-13 09:00'));
  });
});
