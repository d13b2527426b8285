import { createHash } from 'node:crypto';

/**
 * What is stored of a bearer token or session: SHA-256, hexadecimal. No salt and no slow hash is needed, because the
 * secret itself has 256 random bits.
 */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
