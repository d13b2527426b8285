import { describe, expect, it } from '@jest/globals';
import type { EarlierCopy } from '../message-context.js';
import { earlierCopy } from './earlier-copy.js';
import { config, context, mail, proof } from './filter-cases.js';
import { twinTicket } from './twin-ticket.js';

const first: EarlierCopy = {
  intakeId: '1',
  folderRole: 'inbox',
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
    const copy = context({ copies: [first], ...inFinance });
    expect(earlierCopy.run(mail(), copy).verdict).toBe('pass');
    expect(twinTicket.run(mail(), copy)).toMatchObject({
      plan: {
        kind: 'open',
        twinOf: '1000001',
        ticket: {
          queueKey: 'finance',
          lane: 'inbox',
          fromPerson: true,
          acknowledge: { no: expect.any(String) as unknown as string },
        },
      },
    });
  });
  it.each([
    [{ automatic: 'list-id' }, { lane: 'automatic', fromPerson: false }],
    [{ suspected: 'X-Spam-Flag' }, { lane: 'suspected', fromPerson: true }],
  ])(
    'D17 D23 D25: a twin of %o has the lane and the clock of its own copy',
    (findings, expected) => {
      const copy = context({ copies: [first], ...inFinance, findings });
      expect(twinTicket.run(mail(), copy)).toMatchObject({ plan: { ticket: expected } });
    },
  );
  it('D23 D25: where the first copy was a suspect the twin in the inbox is acknowledged', () => {
    const suspect: EarlierCopy = { ...first, disposition: 'spam_suspected' };
    expect(twinTicket.run(mail(), context({ copies: [suspect], ...inFinance }))).toMatchObject({
      plan: { ticket: { acknowledge: true, lane: 'inbox' } },
    });
  });

  const answer: EarlierCopy = { ...first, disposition: 'ticket_reply' };
  it('D25: a copy of an answer goes on to the twin of the mailbox it arrived in', () => {
    const joins = { ...answer, tickets: withTwin.tickets };
    const proofs = [proof('own_message_id', { ticketId: '1000002' })];
    const copy = context({ copies: [joins], proofs, ...inFinance });
    expect(earlierCopy.run(mail(), copy).verdict).toBe('pass');
    expect(twinTicket.run(mail(), copy).verdict).toBe('pass');
    const again = { ...joins, intakeId: '2', ticketId: '1000002', mailboxKey: 'financeiro' };
    expect(
      earlierCopy.run(mail(), context({ copies: [joins, again], ...inFinance })),
    ).toMatchObject({ plan: { disposition: 'duplicate', ticketId: '1000002' } });
  });
  it('D25: a copy of an answer in a queue without a twin opens one', () => {
    expect(twinTicket.run(mail(), context({ copies: [answer], ...inFinance }))).toMatchObject({
      plan: { kind: 'open', twinOf: '1000001', ticket: { queueKey: 'finance' } },
    });
  });
  it('D9 D25: a copy of bare thanks opens nothing', () => {
    const thanks: EarlierCopy = { ...first, disposition: 'courtesy' };
    expect(earlierCopy.run(mail(), context({ copies: [thanks], ...inFinance }))).toMatchObject({
      plan: { disposition: 'duplicate' },
    });
  });
  it('D25: a copy of an answer in another mailbox of the same queue is a duplicate', () => {
    const sameQueue = { mailboxKey: 'outra', mailbox: { ...config.mailboxes['suporte']! } };
    expect(earlierCopy.run(mail(), context({ copies: [answer], ...sameQueue }))).toMatchObject({
      plan: { disposition: 'duplicate', ticketId: '1000001' },
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
