import { describe, expect, it } from '@jest/globals';
import { isForRequesterAlone, whoIsAnswered } from './answers-requester.js';

const at = (...addresses: string[]) => addresses.map((address) => ({ address }));
const TICKET = { requesterAddress: 'ana@x.test', replyToAddress: 'ana.casa@x.test' };
const NOBODY = { requesterAddress: null, replyToAddress: null };
const PEOPLE = [
  { address: 'ana@x.test', role: 'requester' },
  { address: 'chefe@x.test', role: 'cc' },
  { address: 'socia@y.test', role: 'accepted' },
];

describe('D19: whom a mail answers', () => {
  it.each([
    [TICKET, at('banco@z.test', 'Ana@X.test'), 'Ana@X.test'],
    [TICKET, at('ana.casa@x.test'), 'ana.casa@x.test'],
    [TICKET, at('socia@y.test'), 'socia@y.test'],
    [TICKET, at('chefe@x.test'), null],
  ])('%j to %j: %j', (ticket, to, expected) => {
    expect(whoIsAnswered(ticket, PEOPLE, to)).toBe(expected);
  });

  it('of a call whoever is written to', () => {
    expect(whoIsAnswered(NOBODY, [], at('ivo@x.test'))).toBe('ivo@x.test');
  });

  it('D12: links that speak for the requester go to the requester alone', () => {
    expect(isForRequesterAlone(TICKET, at('ANA@x.test'), [])).toBe(true);
    expect(isForRequesterAlone(TICKET, at('ana@x.test'), at('chefe@x.test'))).toBe(false);
    expect(isForRequesterAlone(TICKET, at('ana@x.test', 'ana.casa@x.test'), [])).toBe(false);
    expect(isForRequesterAlone(TICKET, at('socia@y.test'), [])).toBe(false);
    expect(isForRequesterAlone(NOBODY, at('ivo@x.test'), [])).toBe(false);
  });
});
