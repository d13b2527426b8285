import { describe, expect, it } from '@jest/globals';
import { ownMessageId, replyAddress, threadingOf } from './threading.js';

describe('In-Reply-To and References (RFC 5322 §3.6.4)', () => {
  it('are the conversation, oldest first, and its last message', () => {
    expect(threadingOf(['a@x', 'b@x'])).toEqual({ inReplyTo: 'b@x', references: ['a@x', 'b@x'] });
    expect(threadingOf([])).toEqual({ inReplyTo: null, references: [] });
  });

  it('leave out what is no Message-ID, and repeated ones keep their last place', () => {
    expect(threadingOf(['<a@x>', 'b', 'c d@x', 'e@x\r\nBcc: f@x', 'b@x', 'a@x'])).toEqual({
      inReplyTo: 'a@x',
      references: ['b@x', 'a@x'],
    });
    expect(threadingOf([`${'x'.repeat(300)}@x`]).references).toEqual([]);
  });

  it('keep the first and the last nineteen of a long one', () => {
    const long = Array.from({ length: 60 }, (_, index) => `m${index}@x`);
    const { references, inReplyTo } = threadingOf(long);
    expect(references).toHaveLength(20);
    expect(references[0]).toBe('m0@x');
    expect(references[1]).toBe('m41@x');
    expect(inReplyTo).toBe('m59@x');
  });

  it('our own Message-ID is in the mailbox’s domain and names the ticket', () => {
    const sign = (head: string): string => `mac-of-${head}`;
    expect(ownMessageId('abc', '1000123', 'Suporte@Empresa.test', sign)).toBe(
      'abc.1000123.mac-of-abc.1000123@empresa.test',
    );
    expect(ownMessageId('abc', null, 'suporte@empresa.test', sign)).toBe('abc.0@empresa.test');
  });
});

describe('where answers are asked for', () => {
  const mailbox = {
    address: 'suporte@empresa.test',
    replyAddress: 'signed',
    subAddressSeparator: '+',
  } as const;
  const tokenOf = (ticketId: string): string => `${ticketId}.0123456789abcdef`;

  it('D26: at a sub-address that names the ticket, where the mailbox has them', () => {
    expect(replyAddress(mailbox, '1000123', tokenOf)).toBe(
      'suporte+r.1000123.0123456789abcdef@empresa.test',
    );
  });

  it.each([
    ['the mailbox asks for plain answers', { ...mailbox, replyAddress: 'plain' as const }, '1'],
    ['the provider has no sub-addresses', { ...mailbox, subAddressSeparator: '' }, '1'],
    ['the mail is about no ticket', mailbox, null],
    ['it would be too long', { ...mailbox, address: `${'s'.repeat(60)}@x.test` }, '1'],
  ])('at the address itself where %s', (_why, given, ticketId) => {
    expect(replyAddress(given, ticketId, tokenOf)).toBe(given.address);
  });
});
