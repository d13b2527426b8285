import { describe, expect, it } from '@jest/globals';
import { fateOf, takenByServer, type SentFolderLook, type UnknownRule } from './unknown-fate.js';

describe('a mail whose fate is unknown', () => {
  const found = (over: Partial<Parameters<typeof fateOf>[0]>) => ({
    evidence: null,
    sentFolder: 'not_there' as SentFolderLook,
    filedAt: null,
    waited: true,
    rule: 'ask' as UnknownRule,
    resentBefore: false,
    ...over,
  });
  const answer = { by: 'answer', intakeId: '7', at: null } as const;
  it.each([
    ['evidence decides before the wait is over', { evidence: answer, waited: false }, 'sent'],
    ['a copy that the provider filed is evidence', { sentFolder: 'there' as const }, 'sent'],
    [
      'before the wait is over nothing is decided',
      { waited: false, rule: 'resend_once' as const },
      'wait',
    ],
    ['ask', {}, 'ask'],
    ['assume_sent', { rule: 'assume_sent' as const }, 'assume_sent'],
    ['resend_once', { rule: 'resend_once' as const }, 'resend'],
    ['never twice', { rule: 'resend_once' as const, resentBefore: true }, 'ask'],
    [
      'never without a look: people are told, and the next look may still do it',
      { rule: 'resend_once' as const, sentFolder: 'not_reached' as const },
      'ask',
    ],
    [
      'never where nothing can be looked at',
      { rule: 'resend_once' as const, sentFolder: 'no_folder' as const },
      'ask',
    ],
    [
      'never where a copy says nothing',
      { rule: 'resend_once' as const, sentFolder: 'not_conclusive' as const },
      'ask',
    ],
  ])('%s', (_, over, kind) => {
    expect(fateOf(found(over)).kind).toBe(kind);
  });

  it('who was in doubt has it; who failed before has not', () => {
    const one = (address: string, state: 'pending' | 'failed') =>
      ({ address, name: '', role: 'to', state, code: null, response: null, at: null }) as const;
    const at = new Date('2026-11-23T12:00:00Z');
    const mail = {
      recipients: [one('ana@c.test', 'pending'), one('beto@c.test', 'failed')],
      primaryRecipient: 'ana@c.test',
    };
    const taken = takenByServer(mail, at, 'found in Sent');
    expect(taken.recipients.map(({ state }) => state)).toEqual(['accepted', 'failed']);
    expect([taken.primaryAccepted, taken.primaryLost]).toEqual([true, false]);
  });
});
