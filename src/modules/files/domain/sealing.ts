import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';

/** First bytes of everything sealed: what it is, and by which format. */
const MAGIC = Buffer.from('HDSEAL1\n');
const CHECK_BYTES = 16;
const TAG_BYTES = 16;

/** Bytes of plain content in one chunk: what is held in memory and authenticated together. */
export const CHUNK_BYTES = 64 * 1024;
/** Random bytes of which the key of one file is made. */
export const SALT_BYTES = 32;
const HEADER_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/** A key as configuration has it: `security.masterKeys`. */
export interface SealingKey {
  readonly id: string;
  /** At least 32 characters. */
  readonly secret: string;
}

/** The bytes do not open: `wrong_key` where the key is another one than they were sealed with, else `damaged`. */
export class SealBroken extends Error {
  constructor(
    readonly why: 'wrong_key' | 'damaged',
    message: string,
  ) {
    super(message);
    this.name = 'SealBroken';
  }
}

/** How many bytes `sizeBytes` of content become when sealed. */
export function sealedSize(sizeBytes: number): number {
  return HEADER_BYTES + sizeBytes + TAG_BYTES * Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES));
}

/**
 * Seals a stream of bytes with AES-256-GCM: header (magic, salt, check), then chunks of 64 KiB, each with its tag. Every
 * file has its own key (HKDF of the master key, RFC 5869, by the salt), so the nonce is the chunk's number and whether
 * it is the last: chunks cannot be exchanged, repeated or cut off (the STREAM construction of Hoang, Reyhanitabar,
 * Rogaway and Vizár). One object for one file; `salt` is 32 random bytes, never used again.
 */
export class Sealer {
  private readonly key: Buffer;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private chunk = 0;
  private header: Buffer | null;

  constructor(key: SealingKey, salt: Buffer) {
    this.key = fileKey(key, salt);
    this.header = Buffer.concat([MAGIC, salt, checkOf(this.key)]);
  }

  /** What can be written already; the last whole chunk is kept back, because it may be the last. */
  update(bytes: Buffer): Buffer {
    const out = this.takeHeader();
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes <= CHUNK_BYTES) return Buffer.concat(out);
    const all = Buffer.concat(this.held);
    let at = 0;
    for (; all.length - at > CHUNK_BYTES; at += CHUNK_BYTES) {
      out.push(this.seal(all.subarray(at, at + CHUNK_BYTES), false));
    }
    this.held = [all.subarray(at)];
    this.heldBytes = all.length - at;
    return Buffer.concat(out);
  }

  final(): Buffer {
    return Buffer.concat([...this.takeHeader(), this.seal(Buffer.concat(this.held), true)]);
  }

  private takeHeader(): Buffer[] {
    const header = this.header;
    this.header = null;
    return header === null ? [] : [header];
  }

  private seal(plain: Buffer, last: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce(this.chunk++, last));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Opens what a Sealer made, piece by piece; gives out nothing that is not authenticated. Throws SealBroken. */
export class Unsealer {
  private key: Buffer | null = null;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private chunk = 0;

  constructor(private readonly master: SealingKey) {}

  update(bytes: Buffer): Buffer {
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes <= (this.key === null ? HEADER_BYTES : 0) + SEALED_CHUNK_BYTES) {
      return Buffer.alloc(0);
    }
    const all = this.withoutHeader(Buffer.concat(this.held));
    const out: Buffer[] = [];
    let at = 0;
    for (; all.length - at > SEALED_CHUNK_BYTES; at += SEALED_CHUNK_BYTES) {
      out.push(this.open(all.subarray(at, at + SEALED_CHUNK_BYTES), false));
    }
    this.held = [all.subarray(at)];
    this.heldBytes = all.length - at;
    return Buffer.concat(out);
  }

  final(): Buffer {
    return this.open(this.withoutHeader(Buffer.concat(this.held)), true);
  }

  private withoutHeader(all: Buffer): Buffer {
    if (this.key !== null) return all;
    if (all.length < HEADER_BYTES || !all.subarray(0, MAGIC.length).equals(MAGIC)) {
      throw new SealBroken(
        'damaged',
        'The bytes are not what was sealed: their first bytes differ',
      );
    }
    const salt = all.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
    const key = fileKey(this.master, salt);
    const check = all.subarray(MAGIC.length + SALT_BYTES, HEADER_BYTES);
    if (!timingSafeEqual(check, checkOf(key))) {
      throw new SealBroken(
        'wrong_key',
        `The secret of master key "${this.master.id}" is not the one that sealed these bytes`,
      );
    }
    this.key = key;
    return all.subarray(HEADER_BYTES);
  }

  private open(sealed: Buffer, last: boolean): Buffer {
    const body = sealed.length - TAG_BYTES;
    if (body < 0) throw new SealBroken('damaged', 'The sealed bytes end too early');
    const decipher = createDecipheriv('aes-256-gcm', this.key!, nonce(this.chunk++, last), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(sealed.subarray(body));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, body)), decipher.final()]);
    } catch (error) {
      throw Object.assign(
        new SealBroken('damaged', `The sealed bytes were changed or cut (chunk ${this.chunk})`),
        { cause: error },
      );
    }
  }
}

/** Everything at once, for what is small. */
export function sealBytes(bytes: Buffer, key: SealingKey, salt: Buffer): Buffer {
  const sealer = new Sealer(key, salt);
  return Buffer.concat([sealer.update(bytes), sealer.final()]);
}

/** Everything at once. Throws SealBroken. */
export function unsealBytes(sealed: Buffer, key: SealingKey): Buffer {
  const unsealer = new Unsealer(key);
  return Buffer.concat([unsealer.update(sealed), unsealer.final()]);
}

function fileKey(key: SealingKey, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key.secret, salt, 'helpdesk stored files', 32));
}

/** Tells a wrong key from a damaged file; says nothing about either. */
function checkOf(key: Buffer): Buffer {
  return createHmac('sha256', key).update('check').digest().subarray(0, CHECK_BYTES);
}

function nonce(chunk: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(chunk, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}
