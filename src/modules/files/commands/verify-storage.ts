import { Injectable } from '@nestjs/common';
import { messageOf } from '../../../platform/index.js';
import { storedSize } from '../domain/content-check.js';
import { FileStorage, type StoredContent } from '../gateway/file-storage.js';
import { StorageAlarms } from '../gateway/storage-alarms.js';
import { StoragePlaces } from '../gateway/storage-places.js';
import { BlobTable, type BlobRow } from '../store/blob.store.js';
import { StoredFilesStore } from '../store/stored-files.store.js';

const PAGE_SIZE = 500;

/** Stored bytes that cannot be read as they were put. */
export interface Broken {
  readonly sha256: string;
  /** null: in PostgreSQL itself. */
  readonly location: string | null;
  readonly why: string;
}

export interface Verified {
  /** Files that are whole. */
  readonly files: number;
  /** Small contents in PostgreSQL that are whole. */
  readonly contents: number;
  readonly broken: readonly Broken[];
  /** Of the whole files those that the place of new files lacks: without the other place they would be gone. */
  readonly onlyInOther: number;
  /** Files that no row names: on their way, or garbage that will be collected. */
  readonly withoutRow: number;
}

/** Reads everything that is stored and compares it with its hash; every row has its bytes, every file is counted. */
@Injectable()
export class VerifyStorage {
  constructor(
    private readonly store: StoredFilesStore,
    private readonly table: BlobTable,
    private readonly storage: FileStorage,
    private readonly places: StoragePlaces,
    private readonly alarms: StorageAlarms,
  ) {}

  /** Clears the alarm about damage where everything is whole. */
  async run(): Promise<Verified> {
    const broken: Broken[] = [];
    const sum = { onlyInOther: 0 };
    const files = await this.readAll('files', broken, sum);
    const contents = await this.readAll('contents', broken, sum);
    const withoutRow = await this.withoutRow();
    if (broken.length === 0) await this.alarms.whole();
    return { files, contents, broken, ...sum, withoutRow };
  }

  private async readAll(
    which: 'files' | 'contents',
    broken: Broken[],
    sum: { onlyInOther: number },
  ): Promise<number> {
    let whole = 0;
    let after: Buffer = Buffer.alloc(0);
    for (;;) {
      const page = await this.store.page(after, PAGE_SIZE, which);
      for (const row of page) {
        const stored =
          which === 'files' ? { ...row, content: null } : await this.table.find(row.sha256);
        // Dropped since the page was read.
        if (stored === undefined) continue;
        const why = await this.whyBroken(stored);
        if (why !== null) {
          broken.push({ sha256: row.sha256.toString('hex'), location: row.location, why });
          continue;
        }
        whole += 1;
        if (await this.lacks(row)) sum.onlyInOther += 1;
      }
      if (page.length < PAGE_SIZE) return whole;
      after = page.at(-1)!.sha256;
    }
  }

  private async whyBroken(stored: StoredContent): Promise<string | null> {
    try {
      for await (const piece of await this.storage.open(stored)) void piece;
      return null;
    } catch (error) {
      const cause = (error as Error).cause;
      return messageOf(cause ?? error);
    }
  }

  /** Whether the place of new files lacks this one, while a second place is configured: it was read from there. */
  private async lacks(row: Omit<BlobRow, 'content'>): Promise<boolean> {
    if (this.places.other === null || row.location === null) return false;
    const there = await this.places.active.stat(row.location);
    return there?.sizeBytes !== storedSize(row);
  }

  private async withoutRow(): Promise<number> {
    let count = 0;
    for (const place of this.places.all) {
      for await (const page of place.list()) {
        const named = await this.store.named(page.map(({ location }) => location));
        count += page.filter(({ location }) => !named.has(location)).length;
      }
    }
    return count;
  }
}
