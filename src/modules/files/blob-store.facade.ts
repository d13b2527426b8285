import type { Readable } from 'node:stream';
import type { Tx } from '../../platform/index.js';

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
export class BlobStore {
  /** Makes a buffer ready to be recorded; large ones are written to a file and synced here (no transaction needed). */
  stage(_bytes: Buffer): Promise<StagedBlob> {
    throw new Error('unwritten');
  }

  /** The same for a stream, in bounded memory; fails with `body_too_large` past `maxBytes` and leaves nothing behind. */
  stageStream(_stream: Readable, _maxBytes: number): Promise<StagedBlob> {
    throw new Error('unwritten');
  }

  /** Writes the rows that name staged bytes, in one statement; the file is already durable. */
  record(_tx: Tx, _staged: readonly StagedBlob[]): Promise<void> {
    throw new Error('unwritten');
  }

  /** Whole content; only for what is known to be small. Throws AppError `not_found`. */
  read(_sha256: Buffer): Promise<Buffer> {
    throw new Error('unwritten');
  }

  /** Content as a stream. Throws AppError `not_found`. */
  open(_sha256: Buffer): Promise<Readable> {
    throw new Error('unwritten');
  }
}
