import { describe, expect, it } from '@jest/globals';
import { config, context, mail, proof } from './filter-cases.js';
import { resolvedTicket } from './resolved-ticket.js';
import { senderRule } from './sender-rule.js';
import { threadAnswer } from './thread-answer.js';

const stranger = {
  sender: { from: { address: 'bob@outro.test', name: 'Bob' }, replyTo: null, why: 'from' as const },
};

describe('sender-rule', () => {
  it('without proof passes', () => expect(senderRule.run(mail(), context()).verdict).toBe('pass'));
  it('D26: a participant with proof may join', () => {
    expect(senderRule.run(mail(), context({ proofs: [proof()] }))).toMatchObject({
      verdict: 'pass',
      evidence: { takesPart: true },
    });
  });
  it('D26: proof and another sender waits as third party', () => {
    expect(
      senderRule.run(mail(), context({ proofs: [proof()], findings: stranger })),
    ).toMatchObject({
      plan: { kind: 'third_party', ticketId: '1000001' },
    });
  });
  it('D26: a participant whose DMARC fails waits too', () => {
    expect(
      senderRule.run(mail(), context({ proofs: [proof()], findings: { dmarcFailed: true } })),
    ).toMatchObject({
      plan: { kind: 'third_party', why: 'DMARC fail' },
    });
  });
  it('D26: a stranger with only a subject number is marked', () => {
    expect(
      senderRule.run(mail(), context({ proofs: [proof('subject_protocol')], findings: stranger })),
    ).toMatchObject({
      verdict: 'noted',
      learned: { marks: ['pode_ser_sobre:1000001'] },
    });
  });
  it('D23 D26: a participant’s From with only a subject number waits where the server suspects it', () => {
    const suspected = context({
      proofs: [proof('subject_protocol')],
      findings: { suspected: 'X-Spam-Flag' },
    });
    expect(senderRule.run(mail(), suspected)).toMatchObject({
      plan: { kind: 'third_party', ticketId: '1000001' },
    });
    expect(threadAnswer.run(mail(), suspected).verdict).toBe('pass');
  });
  it('D23 D26: an answer to our own Message-ID joins although the server suspects it', () => {
    const suspected = context({ proofs: [proof()], findings: { suspected: 'X-Spam-Flag' } });
    expect(senderRule.run(mail(), suspected).verdict).toBe('pass');
  });
  it('D9 D26: on a resolved ticket a stranger waits on its open follow-up', () => {
    const proofs = [proof('own_message_id', { status: 'resolved', openFollowUp: '1000009' })];
    expect(senderRule.run(mail(), context({ proofs, findings: stranger }))).toMatchObject({
      plan: { kind: 'third_party', ticketId: '1000009' },
    });
  });
  it('D17 D26: on a resolved ticket without one a stranger opens a ticket of his own, marked', () => {
    const proofs = [proof('own_message_id', { status: 'resolved' })];
    expect(senderRule.run(mail(), context({ proofs, findings: stranger }))).toMatchObject({
      verdict: 'noted',
      learned: { marks: ['pode_ser_sobre:1000001'] },
    });
  });
});

describe('thread-answer', () => {
  it.each(['own_message_id', 'subject_protocol'] as const)(
    'D26: a participant with %s joins',
    (by) => {
      expect(threadAnswer.run(mail(), context({ proofs: [proof(by)] }))).toMatchObject({
        plan: { kind: 'join', ticketId: '1000001', reopen: false },
      });
    },
  );
  it('D26: addresses are compared in lower case', () => {
    const findings = {
      sender: {
        from: { address: 'ANA@cliente.test', name: '' },
        replyTo: null,
        why: 'from' as const,
      },
    };
    expect(threadAnswer.run(mail(), context({ proofs: [proof()], findings }))).toMatchObject({
      plan: { kind: 'join' },
    });
  });
  it('D26: a stranger does not', () => {
    expect(
      threadAnswer.run(mail(), context({ proofs: [proof('subject_protocol')], findings: stranger }))
        .verdict,
    ).toBe('pass');
  });
});

describe('resolved-ticket', () => {
  const resolvedAt = new Date('2026-11-02T13:00:00Z');
  const resolved = { status: 'resolved' as const, resolvedAt };
  it('an open ticket passes', () =>
    expect(resolvedTicket.run(mail(), context({ proofs: [proof()] })).verdict).toBe('pass'));
  it('D9: mail on a resolved ticket opens a linked follow-up', () => {
    expect(
      resolvedTicket.run(mail(), context({ proofs: [proof('own_message_id', resolved)] })),
    ).toMatchObject({
      plan: {
        kind: 'follow_up',
        of: '1000001',
        ticket: { acknowledge: true, queueKey: 'support' },
      },
    });
  });
  it('D9: while a follow-up is open further answers go there', () => {
    const proofs = [proof('own_message_id', { ...resolved, openFollowUp: '1000009' })];
    expect(resolvedTicket.run(mail(), context({ proofs }))).toMatchObject({
      plan: { kind: 'join', ticketId: '1000009' },
    });
  });
  it('D9: bare thanks stay on the resolved ticket', () => {
    const thanks = mail({ visibleText: 'Muito obrigada pela ajuda!\nAna Souza' });
    expect(
      resolvedTicket.run(thanks, context({ proofs: [proof('own_message_id', resolved)] })),
    ).toMatchObject({
      plan: { kind: 'courtesy', ticketId: '1000001' },
    });
  });
  it('D9: within the mailbox’s window it reopens', () => {
    const inWindow = {
      mailbox: { ...config.mailboxes['suporte']!, reopenWindowDays: 3 },
      proofs: [proof('own_message_id', resolved)],
    };
    expect(resolvedTicket.run(mail(), context(inWindow))).toMatchObject({
      plan: { kind: 'join', reopen: true },
    });
    const after = {
      ...inWindow,
      mailbox: { ...config.mailboxes['suporte']!, reopenWindowDays: 2 },
    };
    expect(resolvedTicket.run(mail(), context(after))).toMatchObject({
      plan: { kind: 'follow_up' },
    });
  });
  it('a side conversation goes on whatever the ticket’s status', () => {
    const proofs = [
      proof('own_message_id', {
        ...resolved,
        participants: ['ana@cliente.test'],
        outsiders: ['ana@cliente.test'],
      }),
    ];
    expect(resolvedTicket.run(mail(), context({ proofs })).verdict).toBe('pass');
  });
});
