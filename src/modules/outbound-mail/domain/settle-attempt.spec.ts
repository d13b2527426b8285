import { describe, expect, it } from '@jest/globals';
import type { SendOutcome } from '../../mailboxes/index.js';
import type { OutboxRecipient } from './outgoing.js';
import { settleAttempt, type AttemptedMail } from './settle-attempt.js';

const NOW = new Date('2026-11-05T13:00:00.000Z');
const HOUR_MS = 3_600_000;

const recipient = (
  address: string,
  role: 'to' | 'cc',
  state: OutboxRecipient['state'] = 'pending',
): OutboxRecipient => ({ address, name: '', role, state, code: null, response: null, at: null });

const mail = (over: Partial<AttemptedMail> = {}): AttemptedMail => ({
  recipients: [recipient('Ana@x.test', 'to'), recipient('beto@x.test', 'cc')],
  primaryRecipient: 'ana@x.test',
  temporaryTries: 0,
  notBefore: new Date(NOW.getTime() - HOUR_MS),
  giveUpAt: new Date(NOW.getTime() + HOUR_MS),
  ...over,
});

const said = (
  address: string,
  state: 'accepted' | 'failed' | 'pending',
  code: number,
): { address: string; state: typeof state; code: number; response: string } => ({
  address,
  state,
  code,
  response: `${code} ${address}`,
});

describe('what an attempt makes of a mail', () => {
  it('accepted by all: sent, and the answer is given', () => {
    const outcome: SendOutcome = { kind: 'accepted', response: '250 Ok', recipients: [] };
    expect(settleAttempt(mail(), outcome, NOW)).toMatchObject({
      state: 'sent',
      accepted: true,
      primaryAccepted: true,
      failure: null,
      attempt: { outcome: 'accepted', code: 250 },
    });
  });

  it('a 5xx after DATA fails everybody', () => {
    const outcome: SendOutcome = {
      kind: 'refused',
      code: 554,
      response: '554 5.7.1 Spam',
      recipients: [],
    };
    expect(settleAttempt(mail(), outcome, NOW)).toMatchObject({
      state: 'failed',
      stateReason: '554 5.7.1 Spam',
      recipients: [{ state: 'failed', code: 554 }, { state: 'failed' }],
      failure: { state: 'failed', reason: '554 5.7.1 Spam' },
    });
  });

  it('refused for some and put off for others: waits for the others', () => {
    const outcome: SendOutcome = {
      kind: 'refused',
      code: 550,
      response: 'no recipient was taken',
      recipients: [said('ana@x.test', 'failed', 550), said('beto@x.test', 'pending', 451)],
    };
    const settlement = settleAttempt(mail(), outcome, NOW);
    expect(settlement).toMatchObject({
      state: 'queued',
      recipients: [{ state: 'failed' }, { state: 'pending' }],
      failure: { state: 'failed', reason: '550 ana@x.test' },
    });
    expect(settlement.notBefore > NOW).toBe(true);
  });

  it('the copy of a retry is accepted after the requester’s address failed: still failed, told before', () => {
    const before = mail({
      recipients: [recipient('ana@x.test', 'to', 'failed'), recipient('beto@x.test', 'cc')],
    });
    const outcome: SendOutcome = { kind: 'accepted', response: '250 Ok', recipients: [] };
    expect(settleAttempt(before, outcome, NOW)).toMatchObject({
      state: 'failed',
      primaryAccepted: false,
      failure: null,
    });
  });

  it('a temporary fault after days gives up', () => {
    const late = mail({ giveUpAt: NOW, temporaryTries: 40 });
    const outcome: SendOutcome = {
      kind: 'temporary',
      code: null,
      response: 'ETIMEDOUT',
      recipients: [],
    };
    expect(settleAttempt(late, outcome, NOW)).toMatchObject({
      state: 'failed',
      failure: { reason: 'Desistimos depois de dias de tentativas. Última resposta: ETIMEDOUT' },
    });
  });

  it('a stopped mailbox leaves the mail as it was', () => {
    const before = mail();
    const outcome: SendOutcome = { kind: 'mailbox_stopped', code: 535, response: '535 no' };
    expect(settleAttempt(before, outcome, NOW)).toMatchObject({
      state: 'queued',
      stateReason: null,
      recipients: before.recipients,
      notBefore: before.notBefore,
      failure: null,
      attempt: { outcome: 'not_tried', code: 535 },
    });
  });

  it('unknown stays unknown and is told', () => {
    const settlement = settleAttempt(mail(), { kind: 'unknown', response: 'cut' }, NOW);
    expect(settlement).toMatchObject({
      state: 'unknown',
      accepted: false,
      failure: {
        state: 'unknown',
        reason: 'A conexão terminou antes da resposta do servidor: a mensagem pode ter chegado.',
      },
      attempt: { outcome: 'unknown' },
    });
  });

  it('answers of servers are cut and lose NUL, which PostgreSQL refuses', () => {
    const outcome: SendOutcome = {
      kind: 'temporary',
      code: 450,
      response: `\0${'x'.repeat(5_000)}`,
      recipients: [],
    };
    const { attempt, recipients } = settleAttempt(mail(), outcome, NOW);
    expect(attempt.response).toBe('x'.repeat(500));
    expect(recipients[0]!.response).toBe('x'.repeat(500));
  });
});
