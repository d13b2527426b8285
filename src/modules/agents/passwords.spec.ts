import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from './passwords.js';

describe('passwords', () => {
  it('stores argon2id with 19 MiB and two passes, salted', async () => {
    const [one, two] = await Promise.all([
      hashPassword('segredo bem guardado'),
      hashPassword('segredo bem guardado'),
    ]);
    expect(one).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(one).not.toBe(two);
    expect(await verifyPassword('segredo bem guardado', one)).toBe(true);
    expect(await verifyPassword('segredo mal guardado', one)).toBe(false);
  });

  it('verifies hashes made with other parameters', async () => {
    // RFC 9106 names other sizes too: an older, cheaper hash still opens the door until the password changes.
    const { argon2Sync } = await import('node:crypto');
    const nonce = Buffer.alloc(16, 7);
    const hash = argon2Sync('argon2id', {
      message: 'x',
      nonce,
      memory: 64,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
    expect(
      await verifyPassword('x', `$argon2id$v=19$m=64,t=1,p=1$${text(nonce)}$${text(hash)}`),
    ).toBe(true);
  });

  it('says no, after the same work, where nothing or garbage is stored', async () => {
    const stored = await hashPassword('segredo bem guardado');
    const took = async (against: string | null): Promise<number> => {
      const began = performance.now();
      expect(await verifyPassword('x', against)).toBe(false);
      return performance.now() - began;
    };
    const real = await took(stored);
    // Without the work these would take some microseconds.
    expect(await took(null)).toBeGreaterThan(real / 20);
    expect(await took('plain')).toBeGreaterThan(real / 20);
  });
});
