import { describe, expect, it } from '@jest/globals';
import type { EarlierCopy } from '../message-context.js';
import { earlierCopy } from './earlier-copy.js';
import { config, context, mail } from './filter-cases.js';

const first: EarlierCopy = {
  intakeId: '1',
  mailboxKey: 'suporte',
  disposition: 'ticket_opened',
  ticketId: '1000001',
  tickets: [{ ticketId: '1000001', queueKey: 'support', mailboxKey: 'suporte' }],
};
const withTwin: EarlierCopy = {
  ...first,
  tickets: [
    ...first.tickets,
    { ticketId: '1000002', queueKey: 'finance', mailboxKey: 'financeiro' },
  ],
};
const inFinance = { mailboxKey: 'financeiro', mailbox: config.mailboxes['financeiro']! };

describe('earlier-copy', () => {
  it('a message never seen passes', () =>
    expect(earlierCopy.run(mail(), context()).verdict).toBe('pass'));

  it('D25: a second copy in the same mailbox is a duplicate', () => {
    expect(earlierCopy.run(mail(), context({ copies: [first] }))).toMatchObject({
      verdict: 'decided',
      plan: { kind: 'record', disposition: 'duplicate', ticketId: '1000001' },
    });
  });
  it('D25: a later copy joins the twin of the mailbox it arrived in', () => {
    expect(earlierCopy.run(mail(), context({ copies: [withTwin], ...inFinance }))).toMatchObject({
      plan: { kind: 'record', disposition: 'twin', ticketId: '1000002' },
    });
  });
  it('D25: another mailbox of the same queue is a duplicate', () => {
    const sameQueue = { mailboxKey: 'outra', mailbox: { ...config.mailboxes['suporte']! } };
    expect(earlierCopy.run(mail(), context({ copies: [first], ...sameQueue }))).toMatchObject({
      plan: { disposition: 'duplicate', ticketId: '1000001' },
    });
  });
  it('D25: a Bcc copy in another queue opens its twin, without a second acknowledgement', () => {
    expect(earlierCopy.run(mail(), context({ copies: [first], ...inFinance }))).toMatchObject({
      plan: {
        kind: 'open',
        twinOf: '1000001',
        ticket: {
          queueKey: 'finance',
          acknowledge: { no: expect.any(String) as unknown as string },
        },
      },
    });
  });
  it('D25: a copy of an answer is a duplicate wherever it arrives', () => {
    const answer: EarlierCopy = { ...first, disposition: 'ticket_reply' };
    expect(earlierCopy.run(mail(), context({ copies: [answer], ...inFinance }))).toMatchObject({
      plan: { disposition: 'duplicate' },
    });
  });
  it('D1: a copy of what made no ticket makes none', () => {
    const receipt: EarlierCopy = { ...first, disposition: 'receipt', ticketId: null, tickets: [] };
    expect(earlierCopy.run(mail(), context({ copies: [receipt], ...inFinance }))).toMatchObject({
      plan: { disposition: 'duplicate', ticketId: null },
    });
  });
  it('D25: the same Message-ID with another content is a message of its own, marked', () => {
    expect(earlierCopy.run(mail(), context({ messageIdSeenBefore: true }))).toMatchObject({
      verdict: 'noted',
      learned: { marks: ['message_id_repetido'] },
    });
  });
});
