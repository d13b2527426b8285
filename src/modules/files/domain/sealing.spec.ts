import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  CHUNK_BYTES,
  SealBroken,
  sealBytes,
  Sealer,
  sealedSize,
  unsealBytes,
  Unsealer,
} from './sealing.js';

const KEY = { id: '2026', secret: 'k'.repeat(32) };
const SALT = Buffer.alloc(32, 5);

/** The same bytes every time, without a pattern. */
function bytesOf(size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at * 32 < size; at += 1)
    pieces.push(createHash('sha256').update(String(at)).digest());
  return Buffer.concat(pieces).subarray(0, size);
}

function whyOf(sealed: Buffer, key = KEY): string {
  try {
    unsealBytes(sealed, key);
    return 'opened';
  } catch (error) {
    return error instanceof SealBroken ? error.why : String(error);
  }
}

describe('sealing', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_001])(
    '%i bytes come back, however they are cut into pieces, and have the size that was foretold',
    (size) => {
      const bytes = bytesOf(size);
      const whole = sealBytes(bytes, KEY, SALT);
      expect(whole).toHaveLength(sealedSize(size));
      expect(unsealBytes(whole, KEY).equals(bytes)).toBe(true);
      for (const step of [1_000, 70_000]) {
        const sealer = new Sealer(KEY, SALT);
        const sealed: Buffer[] = [];
        for (let at = 0; at < size; at += step)
          sealed.push(sealer.update(bytes.subarray(at, at + step)));
        sealed.push(sealer.final());
        expect(Buffer.concat(sealed).equals(whole)).toBe(true);
        const unsealer = new Unsealer(KEY);
        const opened: Buffer[] = [];
        for (let at = 0; at < whole.length; at += step)
          opened.push(unsealer.update(whole.subarray(at, at + step)));
        opened.push(unsealer.final());
        expect(Buffer.concat(opened).equals(bytes)).toBe(true);
      }
    },
  );

  it('does not open when a byte was changed, bytes are missing or chunks changed places', () => {
    const sealed = sealBytes(bytesOf(3 * CHUNK_BYTES), KEY, SALT);
    for (const at of [0, 20, 60, CHUNK_BYTES, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(whyOf(changed)).not.toBe('opened');
    }
    for (const length of [0, 10, 56, 71, 56 + CHUNK_BYTES + 16, sealed.length - 1]) {
      expect(whyOf(sealed.subarray(0, length))).toBe('damaged');
    }
    const chunk = CHUNK_BYTES + 16;
    const [header, first, second, third] = [
      sealed.subarray(0, 56),
      sealed.subarray(56, 56 + chunk),
      sealed.subarray(56 + chunk, 56 + 2 * chunk),
      sealed.subarray(56 + 2 * chunk),
    ];
    expect(whyOf(Buffer.concat([header, second, first, third]))).toBe('damaged');
    expect(whyOf(Buffer.concat([header, first, third]))).toBe('damaged');
    expect(whyOf(Buffer.concat([header, first, second]))).toBe('damaged');
  });

  it('tells another key from damage', () => {
    const sealed = sealBytes(bytesOf(100), KEY, SALT);
    expect(whyOf(sealed, { id: '2026', secret: 'x'.repeat(32) })).toBe('wrong_key');
  });
});
