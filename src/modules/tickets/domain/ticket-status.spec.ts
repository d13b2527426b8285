import { describe, expect, it } from '@jest/globals';
import {
  decideStatusByAgent,
  nextStatus,
  TICKET_STATUSES,
  TRIGGER_ACTOR,
  triggerOfThen,
  type StatusRequest,
  type StatusTrigger,
  type TicketStatus,
} from './ticket-status.js';

type Row = [StatusTrigger, TicketStatus | null, TicketStatus | null, TicketStatus | null];

/** trigger → from open, from awaiting_customer, from resolved; null: refused. */
const TABLE: Row[] = [
  ['reply_then_open', 'open', 'open', null],
  ['reply_then_awaiting', 'awaiting_customer', 'awaiting_customer', null],
  ['reply_then_resolved', 'resolved', 'resolved', null],
  ['customer_message', 'open', 'open', null],
  ['agent_open', 'open', 'open', 'open'],
  ['agent_awaiting', 'awaiting_customer', 'awaiting_customer', null],
  ['agent_resolve', 'resolved', 'resolved', 'resolved'],
  ['answer_returned', 'open', 'open', 'open'],
  ['handed_back', 'open', 'open', null],
  ['reopen_window', 'open', 'open', 'open'],
  ['no_response', null, 'resolved', null],
];

describe('the state machine (D9)', () => {
  it.each(TABLE)('%s: open → %s, awaiting → %s, resolved → %s', (trigger, ...expected) => {
    const got = TICKET_STATUSES.map((from) => {
      const move = nextStatus(from, trigger);
      return move.kind === 'moved' ? move.to : null;
    });
    expect(got).toEqual(expected);
  });

  it('the table is complete: every trigger is in it', () => {
    expect(TABLE.map(([trigger]) => trigger).sort()).toEqual(Object.keys(TRIGGER_ACTOR).sort());
  });

  it.each([
    ['open', 'reply_then_open'],
    ['awaiting_customer', 'reply_then_awaiting'],
    ['resolved', 'reply_then_resolved'],
  ] as const)('D9: then: %s pulls %s', (then, trigger) => {
    expect(triggerOfThen(then)).toBe(trigger);
  });
});

describe('the status set by an agent', () => {
  const request = (about: Partial<StatusRequest>): StatusRequest => ({
    from: 'open',
    to: 'resolved',
    closeReason: null,
    reopenReason: null,
    unanswered: false,
    everAnswered: true,
    ...about,
  });

  it.each([
    ['an answered ticket is resolved without a reason', {}, 'change'],
    ['D9: never answered: closeReason missing', { everAnswered: false }, 'closeReason missing'],
    [
      'D9: a message has no answer: closeReason missing',
      { unanswered: true },
      'closeReason missing',
    ],
    [
      'D9: with closeReason',
      { unanswered: true, everAnswered: false, closeReason: 'spam' as const },
      'change',
    ],
    [
      'D9: reopening without a reason',
      { from: 'resolved' as const, to: 'open' as const },
      'reopenReason missing',
    ],
    [
      'D9: reopening with a blank reason',
      { from: 'resolved' as const, to: 'open' as const, reopenReason: ' ' },
      'reopenReason missing',
    ],
    [
      'D9: reopening with a reason',
      { from: 'resolved' as const, to: 'open' as const, reopenReason: 'voltou' },
      'change reopened',
    ],
    [
      'back to open needs no reason',
      { from: 'awaiting_customer' as const, to: 'open' as const },
      'change',
    ],
    [
      'D17: awaiting with an unanswered message',
      { to: 'awaiting_customer' as const, unanswered: true },
      'status not_allowed',
    ],
    [
      'D17: awaiting without any answer',
      { to: 'awaiting_customer' as const, everAnswered: false },
      'status not_allowed',
    ],
    ['awaiting where all is answered', { to: 'awaiting_customer' as const }, 'change'],
    [
      'resolved to awaiting',
      { from: 'resolved' as const, to: 'awaiting_customer' as const },
      'status not_allowed',
    ],
    ['the same again', { from: 'resolved' as const, to: 'resolved' as const }, 'unchanged'],
  ])('%s', (_name, about, expected) => {
    const decision = decideStatusByAgent(request(about));
    const said =
      decision.kind === 'refused'
        ? `${decision.field} ${decision.why}`
        : decision.kind === 'change' && decision.reopened
          ? 'change reopened'
          : decision.kind;
    expect(said).toBe(expected);
  });

  it('D17: what is no status at all is refused, and never read as awaiting_customer', () => {
    const request = {
      closeReason: null,
      reopenReason: null,
      unanswered: false,
      everAnswered: true,
    };
    const nothing = null as unknown as TicketStatus;
    expect(decideStatusByAgent({ ...request, from: 'open', to: nothing }).kind).toBe('refused');
    expect(nextStatus('open', triggerOfThen(nothing)).kind).toBe('refused');
  });
});
