import { createHash } from 'node:crypto';
import { SealBroken, sealedSize, Unsealer, type SealingKey } from './sealing.js';

/** How many bytes the file of `sizeBytes` of content has, sealed or as it is. */
export function storedSize({
  sizeBytes,
  keyId,
}: {
  sizeBytes: number;
  keyId: string | null;
}): number {
  return keyId === null ? sizeBytes : sealedSize(sizeBytes);
}

/** Throws SealBroken `damaged` where content has another hash than it was stored with. */
export function requireHash(found: Buffer, expected: Buffer): void {
  if (!found.equals(expected)) {
    throw new SealBroken('damaged', 'its bytes have another sha256 than they were stored with');
  }
}

/** Turns stored bytes into content, piece by piece, and compares it with its hash at the end. Throws SealBroken. */
export class ContentCheck {
  private readonly hash = createHash('sha256');
  private readonly unsealer: Unsealer | null;

  /** `key`: null where the bytes are not sealed. */
  constructor(
    private readonly sha256: Buffer,
    key: SealingKey | null,
  ) {
    this.unsealer = key === null ? null : new Unsealer(key);
  }

  /** The content that these bytes bring: not compared yet. */
  update(bytes: Buffer): Buffer {
    const content = this.unsealer === null ? bytes : this.unsealer.update(bytes);
    this.hash.update(content);
    return content;
  }

  /** The rest of the content; all of it is whole. */
  final(): Buffer {
    const rest = this.unsealer?.final() ?? Buffer.alloc(0);
    requireHash(this.hash.update(rest).digest(), this.sha256);
    return rest;
  }
}
