import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError, createLogger, messageOf } from '../../../platform/index.js';
import { blobLocation, sealedLocation } from '../domain/blob-location.js';
import { ContentCheck, requireHash, storedSize } from '../domain/content-check.js';
import {
  SALT_BYTES,
  SealBroken,
  sealBytes,
  Sealer,
  unsealBytes,
  type SealingKey,
} from '../domain/sealing.js';
import type { ObjectStorage, ObjectWriter } from './object-storage.js';
import type { StorageAlarms } from './storage-alarms.js';
import type { StoragePlaces } from './storage-places.js';

const log = createLogger('files');

/** The keys in force at this moment. */
export interface SealingKeys {
  /** Seals what is stored from now on; null: it is stored as it is. */
  readonly current: SealingKey | null;
  /** Opens what was sealed once. */
  readonly all: readonly SealingKey[];
}

/** What is stored, as its row knows it. */
export interface StoredContent {
  readonly sha256: Buffer;
  /** Bytes in the row itself, sealed where `keyId` is given. */
  readonly content: Buffer | null;
  readonly location: string | null;
  readonly keyId: string | null;
}

/** A large file as its row knows it. */
export interface StoredFile {
  readonly location: string;
  /** Of the content, not of what lies there. */
  readonly sizeBytes: number;
  readonly keyId: string | null;
}

/** A large file that was found. */
interface FoundFile {
  readonly source: Readable;
  readonly place: ObjectStorage;
}

/** A large file on its way. */
export interface FileInProgress {
  write(bytes: Buffer): Promise<void>;
  /** Durable from then on. `sha256` of what was written. */
  keep(sha256: Buffer): Promise<{ location: string; keyId: string | null }>;
  discard(): Promise<void>;
}

/**
 * Stored bytes, sealed where that is configured, in the places that are configured. What fails at the store itself is an
 * AppError `unavailable` and an alarm; what comes out otherwise than it went in is an AppError `internal` and an alarm.
 */
export class FileStorage {
  constructor(
    private readonly places: StoragePlaces,
    private readonly keys: () => SealingKeys,
    private readonly alarms: StorageAlarms,
  ) {}

  /** Small content as its row is to hold it. */
  seal(bytes: Buffer): { content: Buffer; keyId: string | null } {
    const key = this.keys().current;
    if (key === null) return { content: bytes, keyId: null };
    return { content: sealBytes(bytes, key, randomBytes(SALT_BYTES)), keyId: key.id };
  }

  async begin(): Promise<FileInProgress> {
    const key = this.keys().current;
    const sealer = key === null ? null : new Sealer(key, randomBytes(SALT_BYTES));
    const place = this.places.active;
    const writer = await this.answered(place, () => place.begin());
    const write = (bytes: Buffer): Promise<void> => this.answered(place, () => writer.write(bytes));
    return {
      write: (bytes) => write(sealer === null ? bytes : sealer.update(bytes)),
      keep: async (sha256) => {
        if (sealer !== null) await write(sealer.final());
        const location =
          key === null ? blobLocation(sha256, randomBytes(8)) : sealedLocation(randomBytes(16));
        await this.answered(place, () => writer.keepAs(location));
        return { location, keyId: key?.id ?? null };
      },
      discard: () => quietly(writer),
    };
  }

  /** Lets go of a file that no row names; what cannot be removed now is collected later. */
  async forget(location: string): Promise<void> {
    await this.places.active.remove(location).catch((error: unknown) => {
      log.info({ err: messageOf(error) }, 'a superfluous file waits to be collected');
    });
  }

  /** Whether a file lies in one of the places, by its size. */
  async has(stored: StoredFile): Promise<boolean> {
    const sizeBytes = storedSize(stored);
    for (const place of this.places.all) {
      const about = await this.answered(place, () => place.stat(stored.location));
      if (about?.sizeBytes === sizeBytes) return true;
    }
    return false;
  }

  /** The content, checked against its hash at the end: a reader must not use what ends with an error. */
  async open(stored: StoredContent): Promise<Readable> {
    if (stored.location === null) {
      return Readable.from([await this.whole(stored)], { objectMode: false });
    }
    const found = await this.find(stored);
    const content = Readable.from(this.checked(found, stored), { objectMode: false });
    // Also where nobody ever began to read.
    content.once('close', () => found.source.destroy());
    return content;
  }

  /** Everything at once; only for what is known to be small. */
  async read(stored: StoredContent): Promise<Buffer> {
    if (stored.location === null) return this.whole(stored);
    const pieces: Buffer[] = [];
    for await (const piece of this.checked(await this.find(stored), stored)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  private async whole(stored: StoredContent): Promise<Buffer> {
    const content = stored.content ?? Buffer.alloc(0);
    try {
      const bytes =
        stored.keyId === null ? content : unsealBytes(content, this.keyOf(stored.keyId));
      requireHash(createHash('sha256').update(bytes).digest(), stored.sha256);
      return bytes;
    } catch (error) {
      throw await this.judged(error, stored);
    }
  }

  private async find(stored: StoredContent): Promise<FoundFile> {
    const location = stored.location!;
    for (const place of this.places.all) {
      const source = await this.answered(place, () => place.open(location));
      if (source !== null) return { source, place };
    }
    throw await this.judged(new SealBroken('damaged', 'is missing'), stored);
  }

  private async *checked(
    { source, place }: FoundFile,
    stored: StoredContent,
  ): AsyncGenerator<Buffer> {
    // The last piece is held back until all was compared: a download of damaged bytes breaks off and never looks complete.
    let held: Buffer | null = null;
    try {
      const check = this.checkOf(stored);
      for await (const piece of source) {
        const bytes = check.update(piece as Buffer);
        if (bytes.length === 0) continue;
        if (held !== null) yield held;
        held = bytes;
      }
      const rest = check.final();
      if (held !== null) yield held;
      if (rest.length > 0) yield rest;
    } catch (error) {
      throw await this.judged(error, stored, place);
    } finally {
      source.destroy();
    }
  }

  /** Throws SealBroken `wrong_key` where the key that sealed it is not there. */
  checkOf({ sha256, keyId }: Pick<StoredContent, 'sha256' | 'keyId'>): ContentCheck {
    return new ContentCheck(sha256, keyId === null ? null : this.keyOf(keyId));
  }

  private keyOf(keyId: string): SealingKey {
    const key = this.keys().all.find(({ id }) => id === keyId);
    if (key !== undefined) return key;
    throw new SealBroken(
      'wrong_key',
      `is sealed with the master key "${keyId}", which security.masterKeys lacks`,
    );
  }

  /** `place`: from where it was read; content in the database is asked of none. */
  private async judged(
    error: unknown,
    stored: StoredContent,
    place = this.places.active,
  ): Promise<Error> {
    if (error instanceof AppError) return error;
    if (!(error instanceof SealBroken)) {
      await this.alarms.unreachable(place.place, error);
      return storeAway(error);
    }
    await this.alarms.damaged(stored.sha256, stored.location, `cannot be read (${error.message})`);
    // A key that is put back opens everything again: whoever reads may wait for it.
    const sha256 = stored.sha256.toString('hex');
    const keyMissing = error.why === 'wrong_key';
    return new AppError(keyMissing ? 'unavailable' : 'internal', {
      // Whoever sent it along with a mail is told which file it was; where it lies is for the log.
      detailEn: `The stored file ${sha256.slice(0, 12)} ${keyMissing ? 'is sealed with a key that is not there' : 'is damaged or missing'}`,
      cause: error,
      context: { sha256, location: stored.location },
    });
  }

  private async answered<Result>(
    { place }: ObjectStorage,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await this.alarms.unreachable(place, error);
      throw storeAway(error);
    }
  }
}

function storeAway(cause: unknown): AppError {
  return new AppError('unavailable', {
    detail: 'Os arquivos não podem ser lidos ou guardados agora. Tente de novo em alguns minutos.',
    detailEn: 'Stored files cannot be written or read at the moment',
    cause,
  });
}

async function quietly(writer: ObjectWriter): Promise<void> {
  await writer.discard().catch((error: unknown) => {
    log.info({ err: messageOf(error) }, 'a file that was given up is removed later');
  });
}
