import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface MasterKey {
  readonly id: string;
  readonly secret: string;
}

/** Text encrypted by AES-256-GCM and the id of the key that opens it. */
export interface Sealed {
  readonly keyId: string;
  /** iv | tag | ciphertext. */
  readonly ciphertext: Buffer;
}

/**
 * Encrypts with the first master key and opens with whichever key sealed it, so that keys rotate by putting a new one
 * in front. `context` (the mailbox's key) is bound in: a row copied to another mailbox does not open.
 */
export class TokenCipher {
  constructor(private readonly keys: readonly MasterKey[]) {}

  /** The id of the key that seals; undefined where no key is configured. */
  get currentKeyId(): string | undefined {
    return this.keys[0]?.id;
  }

  /** Throws Error where no key is configured. */
  seal(text: string, context: string): Sealed {
    const [key] = this.keys;
    if (key === undefined) {
      throw new Error('security.masterKeys is empty: stored OAuth2 tokens need a master key.');
    }
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', bytesOf(key), iv);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { keyId: key.id, ciphertext: Buffer.concat([iv, cipher.getAuthTag(), body]) };
  }

  /** Throws Error where the key is missing or the data were changed. */
  open(sealed: Sealed, context: string): string {
    const key = this.keys.find((candidate) => candidate.id === sealed.keyId);
    if (key === undefined) {
      throw new Error(
        `The stored OAuth2 tokens need the master key "${sealed.keyId}", which security.masterKeys lacks.`,
      );
    }
    const iv = sealed.ciphertext.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', bytesOf(key), iv, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.ciphertext.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = sealed.ciphertext.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }
}

/** Any secret of at least 32 characters becomes 32 bytes of key (RFC 5869). */
function bytesOf(key: MasterKey): Buffer {
  return Buffer.from(hkdfSync('sha256', key.secret, '', 'helpdesk oauth tokens', 32));
}
