import { describe, expect, it } from '@jest/globals';
import { retryRecipients } from './correct-mail.js';
import type { OutboxRecipient, OutboxState } from './outgoing.js';

const recipient = (address: string, state: OutboxRecipient['state']): OutboxRecipient => ({
  address,
  name: '',
  role: 'to',
  state,
  code: 550,
  response: 'x',
  at: null,
});
const mail = (state: OutboxState, ...recipients: OutboxRecipient[]) => ({
  state,
  recipients,
  primaryRecipient: 'ana@x.test',
});

describe('who gets a mail that a person sends again', () => {
  it('those whom no server has taken', () => {
    const result = retryRecipients(
      mail('failed', recipient('ana@x.test', 'failed'), recipient('beto@x.test', 'accepted')),
      null,
    );
    expect(result.kind === 'again' && result.recipients.map(({ state }) => state)).toEqual([
      'pending',
      'accepted',
    ]);
  });

  it('nobody, where all have it', () => {
    const sent = mail('sent', recipient('ana@x.test', 'accepted'));
    expect(retryRecipients(sent, null).kind).toBe('nothing_left');
  });

  it.each(['sending', 'cancelled'] as const)('not while %s', (state) => {
    const result = retryRecipients(mail(state, recipient('ana@x.test', 'pending')), null);
    expect(result.kind).toBe('not_in_this_state');
  });

  it('a correction replaces the one that failed, and the requester’s stays the one that counts', () => {
    const result = retryRecipients(
      mail('returned', recipient('Ana@x.test', 'bounced'), recipient('beto@x.test', 'accepted')),
      { recipient: 'Ana@y.test', replaces: null },
    );
    expect(result).toMatchObject({
      kind: 'again',
      primaryRecipient: 'ana@y.test',
      recipients: [
        { address: 'Ana@y.test', state: 'pending', correctedFrom: 'Ana@x.test', response: null },
        { address: 'beto@x.test', state: 'accepted' },
      ],
    });
  });

  it('refuses a correction of nobody and one to somebody who is there', () => {
    const both = mail('failed', recipient('ana@x.test', 'failed'), recipient('b@x.test', 'failed'));
    expect(retryRecipients(both, { recipient: 'c@x.test', replaces: 'z@x.test' }).kind).toBe(
      'unknown_recipient',
    );
    expect(retryRecipients(both, { recipient: 'B@x.test', replaces: 'ana@x.test' }).kind).toBe(
      'already_recipient',
    );
  });

  it.each([
    ['sent', null],
    ['sent', 'ana@x.test'],
    ['failed', 'ana@x.test'],
  ] as const)(
    'never corrects whom a server has taken it for (%s, replaces %j)',
    (state, replaces) => {
      const taken = mail(
        state,
        recipient('ana@x.test', 'accepted'),
        recipient('b@x.test', 'accepted'),
      );
      expect(retryRecipients(taken, { recipient: 'c@x.test', replaces }).kind).toBe('nothing_left');
    },
  );

  it('corrects where the fate is unknown', () => {
    const lost = mail('unknown', recipient('ana@x.test', 'pending'));
    expect(retryRecipients(lost, { recipient: 'c@x.test', replaces: null }).kind).toBe('again');
  });
});
