import type { Readable } from 'node:stream';

/** A file as a storage lists it. */
export interface StoredObject {
  /** Relative to the storage, as rows name it. */
  readonly location: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** A file that is being written: wholly there under its name after `keepAs`, or not at all. */
export interface ObjectWriter {
  /** Resolves when more may come: whoever awaits it is held back. */
  write(bytes: Buffer): Promise<void>;
  /** Resolves when the content is durable under `location`. The writer is done with then, also when it throws. */
  keepAs(location: string): Promise<void>;
  /** Leaves nothing behind; harmless after `keepAs`. */
  discard(): Promise<void>;
}

/** What a storage must be able to do. Bytes are opaque to it; names are made by `domain/blob-location.ts`. */
export interface ObjectStorage {
  readonly name: StorageName;
  /** For the operator: which folder, which bucket. */
  readonly place: string;
  begin(): Promise<ObjectWriter>;
  /** The content as a stream; null where nothing lies there. */
  open(location: string): Promise<Readable | null>;
  /** null where nothing lies there. */
  stat(location: string): Promise<StoredObject | null>;
  /** Nothing happens where nothing lies there. */
  remove(location: string): Promise<void>;
  /** Every file of ours, in pages of at most 1,000. */
  list(): AsyncIterable<readonly StoredObject[]>;
  /** Throws what stands in the way of writing and reading a file as small as files get. */
  probe(): Promise<void>;
}

export type StorageName = 'folder' | 's3';
