import { randomBytes, randomUUID } from 'node:crypto';

/** A new random identifier (UUID version 4, RFC 9562). */
export function newId(): string {
  return randomUUID();
}

/** A new secret of `bytes` random bytes in base64url: for bearer tokens, sessions, CSRF. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
