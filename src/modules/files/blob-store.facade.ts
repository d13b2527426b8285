import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError, type Tx } from '../../platform/index.js';
import { INLINE_LIMIT_BYTES } from './domain/blob-location.js';
import { FileScans } from './file-scans.facade.js';
import { FileStorage, type FileInProgress, type StoredContent } from './gateway/file-storage.js';
import { BlobTable, type PutBlob } from './store/blob.store.js';

/** Bytes at rest, named by their content. */
export interface BlobRef {
  /** 32 raw bytes. */
  readonly sha256: Buffer;
  readonly sizeBytes: number;
}

/** Bytes that are durable (small: still in memory; large: in the store of files) but not yet named by a row. */
export interface StagedBlob extends BlobRef {
  /** As they were given, never sealed. */
  readonly content: Buffer | null;
  readonly location: string | null;
  /** Of a file: the key that sealed it; null where it is not sealed. */
  readonly keyId?: string | null;
  /** Of a file: where the content lay by its row and is not any more. The row is to name this file instead. */
  readonly lost?: string | null;
  /** Of a file: by the process's own monotonic clock. Milliseconds. */
  readonly stagedAt?: number;
}

/**
 * What was staged so long ago is not recorded any more: the collector of garbage takes files without a row for left
 * behind after twice that time, so the two never meet.
 */
export const STAGED_AT_MOST_MS = 12 * 3_600_000;

/**
 * The one store for raw mail and attachments: ≤ 256 KB in PostgreSQL, larger in the store of files (a folder or S3).
 * Putting twice is putting once. Throws AppError `unavailable` where the store does not answer.
 */
@Injectable()
export class BlobStore {
  constructor(
    private readonly table: BlobTable,
    private readonly files: FileStorage,
    private readonly scans: FileScans,
  ) {}

  /** Makes a buffer ready to be recorded; large ones are durable afterwards (no transaction needed). */
  async stage(bytes: Buffer): Promise<StagedBlob> {
    const sha256 = createHash('sha256').update(bytes).digest();
    if (bytes.length <= INLINE_LIMIT_BYTES) return inMemory(sha256, bytes);
    const file = await this.files.begin();
    try {
      await file.write(bytes);
      return await this.kept(file, sha256, bytes.length);
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  /** The same for a stream, in bounded memory; fails with `body_too_large` past `maxBytes` and leaves nothing behind. */
  async stageStream(stream: Readable, maxBytes: number): Promise<StagedBlob> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let held: Buffer[] = [];
    let file: FileInProgress | null = null;
    try {
      for await (const piece of stream) {
        const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece as string);
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) throw new AppError('body_too_large', { context: { maxBytes } });
        hash.update(chunk);
        if (file !== null) {
          await file.write(chunk);
          continue;
        }
        held.push(chunk);
        if (sizeBytes > INLINE_LIMIT_BYTES) {
          file = await this.files.begin();
          await file.write(Buffer.concat(held));
          held = [];
        }
      }
      if (file === null) return inMemory(hash.digest(), Buffer.concat(held));
      return await this.kept(file, hash.digest(), sizeBytes);
    } catch (error) {
      await file?.discard();
      throw error;
    }
  }

  /**
   * Writes the rows that name staged bytes, in one statement; the files are already durable. Content that is known keeps
   * its row and its file (unless that was lost), and from here to the end of `tx` nobody lets go of it.
   */
  async record(tx: Tx, staged: readonly StagedBlob[]): Promise<void> {
    if (staged.length === 0) return;
    const oldest = performance.now() - STAGED_AT_MOST_MS;
    if (staged.some(({ stagedAt }) => stagedAt !== undefined && stagedAt < oldest)) {
      throw new AppError('unavailable', { detailEn: 'A file was staged too long ago' });
    }
    const superfluous = await this.table.insert(
      tx,
      staged.map((blob) => this.asRow(blob)),
    );
    await this.scans.await(
      tx,
      staged.map(({ sha256 }) => sha256),
    );
    if (superfluous.length === 0) return;
    tx.afterCommit(() => {
      for (const location of superfluous) void this.files.forget(location);
    });
  }

  /**
   * Lets go of staged bytes that nobody is going to record. Bytes that a row names stay, and what cannot be removed now
   * is collected later, so calling it once too often does no harm.
   */
  async forget(staged: readonly StagedBlob[]): Promise<void> {
    for (const { sha256, location } of staged) {
      if (location === null) continue;
      if ((await this.table.find(sha256))?.location !== location) await this.files.forget(location);
    }
  }

  /** Whole content; only for what is known to be small. Throws AppError `not_found`. */
  async read(sha256: Buffer): Promise<Buffer> {
    return this.files.read(await this.find(sha256));
  }

  /**
   * Content as a stream; whoever does not read it to its end destroys it. A file that is damaged ends with an error
   * instead of its end. Throws AppError `not_found`.
   */
  async open(sha256: Buffer): Promise<Readable> {
    return this.files.open(await this.find(sha256));
  }

  private async kept(file: FileInProgress, sha256: Buffer, sizeBytes: number): Promise<StagedBlob> {
    // Before the file is there: what is younger than this was certainly not collected.
    const stagedAt = performance.now();
    const fresh = await file.keep(sha256);
    const lost = await this.lost(sha256);
    return { sha256, sizeBytes, content: null, ...fresh, lost, stagedAt };
  }

  /** The location that a row names for this content and where it is not; asked here, because `record` has a transaction. */
  private async lost(sha256: Buffer): Promise<string | null> {
    const known = await this.table.find(sha256);
    if (known === undefined || known.location === null) return null;
    const { location, sizeBytes, keyId } = known;
    return (await this.files.has({ location, sizeBytes, keyId })) ? null : location;
  }

  private asRow(blob: StagedBlob): PutBlob {
    const { sha256, sizeBytes, location, lost = null } = blob;
    const { content, keyId } =
      blob.content === null
        ? { content: null, keyId: blob.keyId ?? null }
        : this.files.seal(blob.content);
    return { sha256, sizeBytes, location, content, keyId, lost };
  }

  private async find(sha256: Buffer): Promise<StoredContent> {
    const blob = await this.table.find(sha256);
    if (blob === undefined) {
      throw new AppError('not_found', { context: { sha256: sha256.toString('hex') } });
    }
    return blob;
  }
}

function inMemory(sha256: Buffer, content: Buffer): StagedBlob {
  return { sha256, sizeBytes: content.length, content, location: null };
}
