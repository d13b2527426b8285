import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkKey } from './signed-links.js';

/** 80 bits as 16 letters and digits that survive programs that change upper and lower case (RFC 4648 §7, base32hex). */
const MAC_LENGTH = 16;
const MAC_BYTES = 10;
const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

const TOKEN = /^([1-9]\d{0,17})\.([0-9a-v]{16})$/;
const CANARY = /^([0-9a-f]{32})\.([0-9a-v]{16})$/;
const LOCAL_PART = /^([0-9a-f]{32}\.([1-9]\d{0,17}))\.([0-9a-v]{16})$/;

/** What a genuine token names. */
export interface ReplyProof {
  readonly ticketId: string;
  /** The key that made it, for the journal. */
  readonly keyId: string;
}

/**
 * Proof of having got a mail of a ticket (D26), HMAC-SHA-256 under the keys of `security.hmacKeys`: the first signs,
 * all verify, so keys rotate. Two forms that are worth nothing for each other: `1000123.<mac>`, the detail of a
 * sub-address (`suporte+r.1000123.<mac>@`), and the local part of our Message-IDs, `<random>.1000123.<mac>`, which
 * proves its ticket wherever the row of the mail itself is gone.
 */
export class ReplyTokens {
  constructor(private readonly keys: () => readonly LinkKey[]) {}

  /** The detail behind `r.` in the sub-address of a ticket: at most 35 characters. */
  forTicket(ticketId: string): string {
    return `${ticketId}.${mac(this.signingKey(), 'reply', ticketId)}`;
  }

  /** The mac of a Message-ID whose local part begins with `head`: `<32 hex digits>.<ticket>`. */
  forMessageId(head: string): string {
    return mac(this.signingKey(), 'message-id', head);
  }

  /** The ticket of a genuine token, upper and lower case disregarded; null for everything else. */
  verify(token: string): ReplyProof | null {
    const [, ticketId, presented] = TOKEN.exec(token.toLowerCase()) ?? [];
    if (ticketId === undefined || presented === undefined) return null;
    const keyId = this.keyOf('reply', ticketId, presented);
    return keyId === null ? null : { ticketId, keyId };
  }

  /** The ticket of a genuine Message-ID of ours, without brackets, whatever domain a relay gave it; null else. */
  verifyMessageId(messageId: string): ReplyProof | null {
    const at = messageId.indexOf('@');
    if (at < 0 || at > 100) return null;
    const [, head, ticketId, presented] =
      LOCAL_PART.exec(messageId.slice(0, at).toLowerCase()) ?? [];
    if (head === undefined || ticketId === undefined || presented === undefined) return null;
    const keyId = this.keyOf('message-id', head, presented);
    return keyId === null ? null : { ticketId, keyId };
  }

  /** `<nonce>.<mac>`, the mark of a mailbox's probe of itself. `nonce`: 32 hex digits, known to the database alone. */
  forCanary(nonce: string): string {
    return `${nonce}.${mac(this.signingKey(), 'canary', nonce)}`;
  }

  /** The nonce of a genuine mark of a probe; null for everything else. */
  verifyCanary(token: string): string | null {
    const [, nonce, presented] = CANARY.exec(token.toLowerCase()) ?? [];
    if (nonce === undefined || presented === undefined) return null;
    return this.keyOf('canary', nonce, presented) === null ? null : nonce;
  }

  private keyOf(purpose: Purpose, text: string, presented: string): string | null {
    for (const key of this.keys()) {
      const expected = Buffer.from(mac(key, purpose, text));
      if (timingSafeEqual(expected, Buffer.from(presented))) return key.id;
    }
    return null;
  }

  private signingKey(): LinkKey {
    const [key] = this.keys();
    if (key === undefined) throw new Error('No key to sign with: ReplyTokens was used too early.');
    return key;
  }
}

type Purpose = 'reply' | 'message-id' | 'canary';

function mac(key: LinkKey, purpose: Purpose, text: string): string {
  const digest = createHmac('sha256', key.secret).update(`helpdesk-${purpose}:${text}`).digest();
  let bits = BigInt(`0x${digest.toString('hex', 0, MAC_BYTES)}`);
  let letters = '';
  for (let at = 0; at < MAC_LENGTH; at += 1) {
    letters = ALPHABET[Number(bits & 31n)]! + letters;
    bits >>= 5n;
  }
  return letters;
}
