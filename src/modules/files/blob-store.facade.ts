import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AppError, type Tx } from '../../platform/index.js';
import { INLINE_LIMIT_BYTES, blobLocation } from './domain/blob-location.js';
import { StorageDirectory } from './storage-directory.js';
import { BlobTable } from './store/blob.store.js';
import { DurableFile } from './store/durable-file.js';

/** Bytes at rest, named by their content. */
export interface BlobRef {
  /** 32 raw bytes. */
  readonly sha256: Buffer;
  readonly sizeBytes: number;
}

/** Bytes that are durable (small: still in memory; large: file and folder synced) but not yet named by a row. */
export interface StagedBlob extends BlobRef {
  readonly content: Buffer | null;
  readonly location: string | null;
}

/** The one store for raw mail and attachments: ≤ 256 KB in PostgreSQL, larger in files. Putting twice is putting once. */
@Injectable()
export class BlobStore {
  constructor(
    private readonly table: BlobTable,
    private readonly directory: StorageDirectory,
  ) {}

  /** Makes a buffer ready to be recorded; large ones are written to a file and synced here (no transaction needed). */
  async stage(bytes: Buffer): Promise<StagedBlob> {
    const sha256 = createHash('sha256').update(bytes).digest();
    if (bytes.length <= INLINE_LIMIT_BYTES) {
      return { sha256, sizeBytes: bytes.length, content: bytes, location: null };
    }
    const location = blobLocation(sha256);
    const file = await DurableFile.begin(this.directory.path);
    try {
      await file.write(bytes);
      await file.keepAs(location);
    } catch (error) {
      await file.discard();
      throw error;
    }
    return { sha256, sizeBytes: bytes.length, content: null, location };
  }

  /** The same for a stream, in bounded memory; fails with `body_too_large` past `maxBytes` and leaves nothing behind. */
  async stageStream(stream: Readable, maxBytes: number): Promise<StagedBlob> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let held: Buffer[] = [];
    let file: DurableFile | null = null;
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
          file = await DurableFile.begin(this.directory.path);
          await file.write(Buffer.concat(held));
          held = [];
        }
      }
      const sha256 = hash.digest();
      if (file === null) {
        return { sha256, sizeBytes, content: Buffer.concat(held), location: null };
      }
      const location = blobLocation(sha256);
      await file.keepAs(location);
      return { sha256, sizeBytes, content: null, location };
    } catch (error) {
      await file?.discard();
      throw error;
    }
  }

  /** Writes the rows that name staged bytes, in one statement; the file is already durable. */
  async record(tx: Tx, staged: readonly StagedBlob[]): Promise<void> {
    if (staged.length > 0) await this.table.insert(tx, staged);
  }

  /** Whole content; only for what is known to be small. Throws AppError `not_found`. */
  async read(sha256: Buffer): Promise<Buffer> {
    const blob = await this.find(sha256);
    if (blob.content !== null) return blob.content;
    const file = await openFile(join(this.directory.path, blob.location ?? ''), 'r');
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  /** Content as a stream; whoever does not read it to its end destroys it. Throws AppError `not_found`. */
  async open(sha256: Buffer): Promise<Readable> {
    const blob = await this.find(sha256);
    if (blob.content !== null) return Readable.from([blob.content], { objectMode: false });
    const file = await openFile(join(this.directory.path, blob.location ?? ''), 'r');
    return file.createReadStream();
  }

  private async find(sha256: Buffer): Promise<{ content: Buffer | null; location: string | null }> {
    const blob = await this.table.find(sha256);
    if (blob === undefined) {
      throw new AppError('not_found', { context: { sha256: sha256.toString('hex') } });
    }
    return blob;
  }
}
