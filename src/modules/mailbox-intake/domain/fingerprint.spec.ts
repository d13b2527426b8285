import { describe, expect, it } from '@jest/globals';
import { anonymousFingerprint } from './fingerprint.js';

const fingerprint = 'f'.repeat(64);
const raw = { sha256: Buffer.alloc(32, 1), receivedAt: new Date('2026-11-05T13:00:00Z') };

describe('fingerprint of a message without Message-ID and Date', () => {
  const anonymous = { messageId: null, date: null, fingerprint };
  const first = anonymousFingerprint(anonymous, raw);

  it('D25: the same bytes received at the same instant are a copy', () => {
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(anonymousFingerprint(anonymous, { ...raw })).toBe(first);
  });
  it('D22 D25: the same words at another instant, or other bytes, are a message of their own', () => {
    const later = { ...raw, receivedAt: new Date('2026-11-05T13:00:01Z') };
    expect(anonymousFingerprint(anonymous, later)).not.toBe(first);
    const otherBytes = { ...raw, sha256: Buffer.alloc(32, 2) };
    expect(anonymousFingerprint(anonymous, otherBytes)).not.toBe(first);
  });
  it.each([{ messageId: 'a@b.test' }, { date: 'Thu, 05 Nov 2026 10:00:00 -0300' }])(
    'D25: with %o the fingerprint stays',
    (known) => expect(anonymousFingerprint({ ...anonymous, ...known }, raw)).toBe(fingerprint),
  );
});
