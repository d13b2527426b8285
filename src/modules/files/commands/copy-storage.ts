import { Injectable } from '@nestjs/common';
import { OperatorError } from '../../../platform/index.js';
import { storedSize, type ContentCheck } from '../domain/content-check.js';
import { SealBroken } from '../domain/sealing.js';
import { FileStorage } from '../gateway/file-storage.js';
import type { ObjectStorage, StorageName } from '../gateway/object-storage.js';
import { StoragePlaces } from '../gateway/storage-places.js';
import type { BlobRow } from '../store/blob.store.js';
import { StoredFilesStore } from '../store/stored-files.store.js';

const PAGE_SIZE = 500;

export interface Copied {
  readonly copied: number;
  readonly copiedBytes: number;
  /** Lay there already, in the size that their rows say. */
  readonly there: number;
  /** Locations that rows name and that lie in neither place. */
  readonly missing: readonly string[];
  /** Locations where the bytes are not what was stored: the target was left as it is. */
  readonly damaged: readonly string[];
}

type FileRow = Omit<BlobRow, 'content'>;

/**
 * Brings every file that a row names to one of the two configured places, as it is (sealed stays sealed), and only when
 * it is what was stored. Safe to repeat and to interrupt, while the helpdesk works. The other place keeps its files.
 */
@Injectable()
export class CopyStorage {
  constructor(
    private readonly store: StoredFilesStore,
    private readonly places: StoragePlaces,
    private readonly files: FileStorage,
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
    const damaged: string[] = [];
    let after: Buffer = Buffer.alloc(0);
    for (;;) {
      const page = await this.store.page(after, PAGE_SIZE, 'files');
      for (const row of page) {
        const result = await this.copyFile(source, target, row);
        if (result === 'missing') missing.push(row.location!);
        else if (result === 'damaged') damaged.push(row.location!);
        else if (result === 'there') sum.there += 1;
        else {
          sum.copied += 1;
          sum.copiedBytes += result;
        }
      }
      if (page.length < PAGE_SIZE) return { ...sum, missing, damaged };
      after = page.at(-1)!.sha256;
    }
  }

  /** The number of bytes that were copied. */
  private async copyFile(
    source: ObjectStorage,
    target: ObjectStorage,
    row: FileRow,
  ): Promise<number | 'there' | 'missing' | 'damaged'> {
    const location = row.location!;
    // The row knows the size: what lies in either place may have been cut since.
    const sizeBytes = storedSize(row);
    const there = await target.stat(location);
    if (there?.sizeBytes === sizeBytes) return 'there';
    const content = await source.open(location);
    if (content === null) return there === null ? 'missing' : 'damaged';
    const writer = await target.begin();
    try {
      const check = new PassingCheck(() => this.files.checkOf(row));
      let bytes = 0;
      for await (const piece of content) {
        bytes += (piece as Buffer).length;
        check.update(piece as Buffer);
        await writer.write(piece as Buffer);
      }
      if (bytes !== sizeBytes) throw new SealBroken('damaged', 'has another size');
      check.final();
      await writer.keepAs(location);
      return bytes;
    } catch (error) {
      await writer.discard();
      if (error instanceof SealBroken) return 'damaged';
      throw error;
    }
  }
}

/** Looks at bytes on their way. Those whose key is not there cannot be looked at: their size must do. */
class PassingCheck {
  private check: ContentCheck | null = null;

  constructor(begin: () => ContentCheck) {
    this.whereKnown(() => (this.check = begin()));
  }

  update(bytes: Buffer): void {
    this.whereKnown(() => this.check?.update(bytes));
  }

  final(): void {
    this.whereKnown(() => this.check?.final());
  }

  private whereKnown(look: () => unknown): void {
    try {
      look();
    } catch (error) {
      if (!(error instanceof SealBroken) || error.why !== 'wrong_key') throw error;
      this.check = null;
    }
  }
}
