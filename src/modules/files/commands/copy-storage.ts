import { Injectable } from '@nestjs/common';
import { OperatorError } from '../../../platform/index.js';
import type { ObjectStorage, StorageName } from '../gateway/object-storage.js';
import { StoragePlaces } from '../gateway/storage-places.js';
import { StoredFilesStore } from '../store/stored-files.store.js';

const PAGE_SIZE = 500;

export interface Copied {
  readonly copied: number;
  readonly copiedBytes: number;
  /** Lay there already. */
  readonly there: number;
  /** Locations that rows name and that lie in neither place. */
  readonly missing: readonly string[];
}

/**
 * Brings every file that a row names to one of the two configured places, as it is (sealed stays sealed). Safe to repeat
 * and to interrupt, while the helpdesk works. The other place keeps its files.
 */
@Injectable()
export class CopyStorage {
  constructor(
    private readonly store: StoredFilesStore,
    private readonly places: StoragePlaces,
  ) {}

  /** Throws OperatorError where the place is not configured. */
  async run(to: StorageName): Promise<Copied> {
    const target = this.places.named(to);
    const source = this.places.all.find(({ name }) => name !== to);
    if (target === undefined || source === undefined) {
      throw new OperatorError(
        'There is only one place: give storage.s3 in helpdesk.yaml, start the helpdesk with it, and then copy.',
      );
    }
    const sum = { copied: 0, copiedBytes: 0, there: 0 };
    const missing: string[] = [];
    let after: Buffer = Buffer.alloc(0);
    for (;;) {
      const page = await this.store.page(after, PAGE_SIZE, 'files');
      for (const { location } of page) {
        const result = await copyFile(source, target, location!);
        if (result === 'missing') missing.push(location!);
        else if (result === 'there') sum.there += 1;
        else {
          sum.copied += 1;
          sum.copiedBytes += result;
        }
      }
      if (page.length < PAGE_SIZE) return { ...sum, missing };
      after = page.at(-1)!.sha256;
    }
  }
}

/** The number of bytes that were copied. */
async function copyFile(
  source: ObjectStorage,
  target: ObjectStorage,
  location: string,
): Promise<number | 'there' | 'missing'> {
  const [from, there] = [await source.stat(location), await target.stat(location)];
  // Files are whole under their name or not there: the size is for copies that others made.
  if (there !== null && (from === null || from.sizeBytes === there.sizeBytes)) return 'there';
  const content = await source.open(location);
  if (content === null) return 'missing';
  const writer = await target.begin();
  try {
    let bytes = 0;
    for await (const piece of content) {
      bytes += (piece as Buffer).length;
      await writer.write(piece as Buffer);
    }
    if (from !== null && bytes !== from.sizeBytes) {
      throw new Error(`${location} ended after ${bytes} of ${from.sizeBytes} bytes`);
    }
    await writer.keepAs(location);
    return bytes;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
