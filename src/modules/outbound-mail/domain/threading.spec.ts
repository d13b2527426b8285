import { describe, expect, it } from '@jest/globals';
import { ownMessageId, threadingOf } from './threading.js';

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
    expect(ownMessageId('abc', '1000123', 'Suporte@Empresa.test')).toBe('abc.1000123@empresa.test');
    expect(ownMessageId('abc', null, 'suporte@empresa.test')).toBe('abc.0@empresa.test');
  });
});
