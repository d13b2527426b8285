import { describe, expect, it } from '@jest/globals';
import { ReplyTokens } from './reply-tokens.js';

const OLD = { id: '2025', secret: 'o'.repeat(32) };
const NEW = { id: '2026', secret: 'n'.repeat(32) };
const RANDOM = '0123456789abcdef0123456789abcdef';

describe('reply tokens (D26)', () => {
  const tokens = new ReplyTokens(() => [NEW, OLD]);
  const messageId = (by: ReplyTokens): string =>
    `${RANDOM}.1000123.${by.forMessageId(`${RANDOM}.1000123`)}@empresa.test`;

  it('D26: name their ticket, in whatever case they come back', () => {
    const token = tokens.forTicket('1000123');
    expect(token).toMatch(/^1000123\.[0-9a-v]{16}$/);
    expect(tokens.verify(token)).toEqual({ ticketId: '1000123', keyId: '2026' });
    expect(tokens.verify(token.toUpperCase())?.ticketId).toBe('1000123');
  });

  it('D26: a Message-ID of ours proves its ticket, whatever domain a relay gave it', () => {
    const id = messageId(tokens);
    expect(tokens.verifyMessageId(id)).toEqual({ ticketId: '1000123', keyId: '2026' });
    expect(tokens.verifyMessageId(id.replace('empresa.test', 'relay.example'))?.ticketId).toBe(
      '1000123',
    );
  });

  it('D26: keys rotate: what an old one made still counts, what a removed one made does not', () => {
    const before = new ReplyTokens(() => [OLD]);
    expect(tokens.verify(before.forTicket('1000123'))?.keyId).toBe('2025');
    expect(tokens.verifyMessageId(messageId(before))?.keyId).toBe('2025');
    const after = new ReplyTokens(() => [NEW]);
    expect(after.verify(before.forTicket('1000123'))).toBeNull();
    expect(after.verifyMessageId(messageId(before))).toBeNull();
  });

  it('D26: another ticket’s number, a mac of the other form and other texts are worth nothing', () => {
    const [, mac] = tokens.forTicket('1000123').split('.');
    for (const token of [`1000124.${mac}`, '1000123', `1000123.${mac}x`, '', `0.${mac}`, 'm.x'])
      expect(tokens.verify(token)).toBeNull();
    const ids = [`${RANDOM}.1000123.${mac}@x`, `${RANDOM}.1000123@x`, 'a@b', '', `${RANDOM}@x`];
    for (const id of ids) expect(tokens.verifyMessageId(id)).toBeNull();
  });
});
