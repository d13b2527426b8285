import { Injectable } from '@nestjs/common';
import { Clock, createLogger, holdLease, Leases, OperatorError } from '../../../platform/index.js';
import { STAGED_AT_MOST_MS } from '../blob-store.facade.js';
import type { ObjectStorage } from '../gateway/object-storage.js';
import { StoragePlaces } from '../gateway/storage-places.js';
import { REMOVAL_LEASE } from '../removal-lease.js';
import { StoredFilesStore } from '../store/stored-files.store.js';

const log = createLogger('files');

/** What lies there without a purpose for this long is garbage. */
export const GARBAGE_AFTER_MS = 2 * STAGED_AT_MOST_MS;
/** Clocks further apart than this are a mistake of the operator's; a day too far they would remove what is in hand. */
const CLOCKS_APART_AT_MOST_MS = 3_600_000;
const ROWS_AT_A_TIME = 200;

export interface Collected {
  /** Rows at which nothing pointed. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Files that no row named. */
  readonly files: number;
  readonly fileBytes: number;
  /** Files without a row that are too young: somebody may just be writing their row. */
  readonly young: number;
}

/**
 * Removes what nobody needs: rows of `blobs` at which nothing points, then files that no row names; both only when they
 * are older than a day. Safe beside writers: a row is dropped under its lock, every putting of the same content makes a
 * file of its own, and nobody records a file that was staged more than half a day ago.
 */
@Injectable()
export class CollectGarbage {
  constructor(
    private readonly leases: Leases,
    private readonly clock: Clock,
    private readonly store: StoredFilesStore,
    private readonly places: StoragePlaces,
  ) {}

  /**
   * null: another process is at it, or a backup is being made. With `dryRun` nothing is removed. Throws OperatorError
   * where this machine's clock and the database's differ by more than an hour.
   */
  async run(dryRun: boolean, stop?: AbortSignal): Promise<Collected | null> {
    const before = new Date((await this.agreedTime()) - GARBAGE_AFTER_MS);
    const collected = await holdLease(this.leases, REMOVAL_LEASE, async (held) => {
      const mayGoOn = (): boolean => {
        held.throwIfAborted();
        return stop?.aborted !== true;
      };
      const rows = await this.rows(before, dryRun, mayGoOn);
      const files = { files: 0, fileBytes: 0, young: 0 };
      for (const place of this.places.all) await this.files(place, before, dryRun, mayGoOn, files);
      return { rows: rows.rows, rowBytes: rows.bytes, ...files };
    });
    if (collected !== null && !dryRun && collected.rows + collected.files > 0) {
      log.info({ ...collected }, 'stored files that nobody needs were removed');
    }
    return collected;
  }

  /** The earlier of two clocks: one that is wrong makes nothing look older than it is. Milliseconds. */
  private async agreedTime(): Promise<number> {
    const [ours, theirs] = [this.clock.now(), await this.store.now()];
    if (Math.abs(ours.getTime() - theirs.getTime()) > CLOCKS_APART_AT_MOST_MS) {
      throw new OperatorError(
        `The clock of this machine (${ours.toISOString()}) and of PostgreSQL (${theirs.toISOString()}) differ by more than an hour: nothing was removed. Set them right (NTP) first.`,
      );
    }
    return Math.min(ours.getTime(), theirs.getTime());
  }

  private async rows(
    before: Date,
    dryRun: boolean,
    mayGoOn: () => boolean,
  ): Promise<{ rows: number; bytes: number }> {
    if (dryRun) return this.store.countUnused(before);
    const sum = { rows: 0, bytes: 0 };
    while (mayGoOn()) {
      const { rows, bytes } = await this.store.dropUnused(before, ROWS_AT_A_TIME);
      sum.rows += rows;
      sum.bytes += bytes;
      if (rows < ROWS_AT_A_TIME) break;
    }
    return sum;
  }

  private async files(
    place: ObjectStorage,
    before: Date,
    dryRun: boolean,
    mayGoOn: () => boolean,
    sum: { files: number; fileBytes: number; young: number },
  ): Promise<void> {
    for await (const page of place.list()) {
      if (!mayGoOn()) return;
      const named = await this.store.named(page.map(({ location }) => location));
      for (const { location, sizeBytes, modifiedAt } of page) {
        if (named.has(location)) continue;
        if (modifiedAt >= before) {
          sum.young += 1;
          continue;
        }
        if (!dryRun) {
          if (!mayGoOn()) return;
          await place.remove(location);
        }
        sum.files += 1;
        sum.fileBytes += sizeBytes;
      }
    }
  }
}
