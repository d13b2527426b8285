import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from './clock.js';

/** What a link may be used for; a token of one purpose is worthless for another. */
export type LinkPurpose = 'portal' | 'feedback' | 'unsubscribe';

/** A signing key; the first of a list signs, all verify. */
export interface LinkKey {
  readonly id: string;
  readonly secret: Buffer | string;
}

/** Where a token of each purpose is used, below `http.publicUrl`. All three show on GET and act on POST only (D12). */
const PATHS: Readonly<Record<LinkPurpose, string>> = {
  portal: '/portal?token=',
  feedback: '/portal/feedback/',
  unsubscribe: '/portal/unsubscribe/',
};

const MAX_TOKEN_LENGTH = 1_000;
const DAY_MS = 86_400_000;

/**
 * Tokens in links to customers (D8, D12): who holds one is the person the mail was sent to. Purpose-bound, expiring,
 * HMAC-SHA-256, base64url throughout, so that they survive mail programs:
 * `<key id>.<expiry, seconds since 1970 in base 36>.<subject>.<mac>`.
 */
export class SignedLinks {
  constructor(
    private readonly clock: Clock,
    private readonly keys: () => readonly LinkKey[],
    /** `http.publicUrl`, without a trailing slash. */
    private readonly publicUrl: () => string,
  ) {}

  /**
   * The whole address for a mail. Subjects: `portal` the customer's address in lower case, `feedback` the protocol,
   * `unsubscribe` the requester's id.
   */
  url(purpose: LinkPurpose, subject: string, days: number): string {
    return `${this.publicUrl()}${PATHS[purpose]}${this.sign(purpose, subject, days)}`;
  }

  /** A token for `subject` (an address, a protocol), valid for `days`. */
  sign(purpose: LinkPurpose, subject: string, days: number): string {
    const [key] = this.keys();
    if (key === undefined)
      throw new Error('No key to sign links with: SignedLinks was used before it was loaded.');
    const expiresAt = Math.floor((this.clock.now().getTime() + days * DAY_MS) / 1000);
    const head = [encode(key.id), expiresAt.toString(36), encode(subject)].join('.');
    return `${head}.${mac(key, purpose, head)}`;
  }

  /** The subject of a genuine token of this purpose that has not expired; null for everything else. */
  verify(purpose: LinkPurpose, token: string): string | null {
    if (token.length > MAX_TOKEN_LENGTH) return null;
    const parts = token.split('.');
    if (parts.length !== 4) return null;
    const [keyId, expiry, subject, presented] = parts as [string, string, string, string];
    const key = this.keys().find((candidate) => encode(candidate.id) === keyId);
    if (key === undefined) return null;
    const expected = Buffer.from(mac(key, purpose, `${keyId}.${expiry}.${subject}`));
    const actual = Buffer.from(presented);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return null;
    if (Number.parseInt(expiry, 36) * 1000 <= this.clock.now().getTime()) return null;
    return Buffer.from(subject, 'base64url').toString('utf8');
  }
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function mac(key: LinkKey, purpose: LinkPurpose, head: string): string {
  return createHmac('sha256', key.secret)
    .update(`helpdesk-link:${purpose}:${head}`)
    .digest('base64url');
}
