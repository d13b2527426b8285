import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { ClamdVerdict, ScanState } from '../domain/virus-scan.js';

/** Stands for the find where content is released that was too large to look at. */
const NEVER_SCANNED = 'Never.Scanned';

/** Content that this process is to have looked at. */
export interface ClaimedScan {
  readonly sha256: Buffer;
  readonly attempts: number;
}

/** The `blob_scans` table. */
@Injectable()
export class BlobScanStore {
  constructor(private readonly database: Database) {}

  /** Lets content wait for the scanner; returns what of it is known to hold a virus. In order, so that nobody deadlocks. */
  async await(tx: Tx, sha256: readonly Buffer[], now: Date): Promise<InfectedContent[]> {
    return tx.query<InfectedContent & Record<string, unknown>>(
      `with fresh as (
         insert into blob_scans (sha256, state, not_before)
         select distinct s, 'waiting', $2::timestamptz from unnest($1::bytea[]) s order by s
         on conflict do nothing)
       select sha256, signature from blob_scans where sha256 = any($1::bytea[]) and state = 'infected'`,
      [sha256, now],
    );
  }

  /**
   * Lets content wait that was stored before there was a scanner: the next slice in the order of hashes. Returns the last
   * hash of the slice, null at the end.
   */
  async awaitOlder(tx: Tx, after: Buffer, now: Date, limit: number): Promise<Buffer | null> {
    const [row] = await tx.query<{ last: Buffer }>(
      `with slice as (select sha256 from blobs where sha256 > $1 order by sha256 limit $3),
            fresh as (
         insert into blob_scans (sha256, state, not_before) select sha256, 'waiting', $2::timestamptz from slice
         on conflict do nothing)
       select sha256 as last from slice order by sha256 desc limit 1`,
      [after, now, limit],
    );
    return row?.last ?? null;
  }

  /** Takes what is due, the longest waiting first; whoever dies with it leaves it for after `until`. */
  claim(now: Date, until: Date, limit: number): Promise<ClaimedScan[]> {
    return this.database.inTransaction((tx) =>
      tx.query<ClaimedScan & Record<string, unknown>>(
        `update blob_scans set attempts = attempts + 1, not_before = $2 where sha256 in (
           select sha256 from blob_scans where state = 'waiting' and not_before <= $1
            order by not_before limit $3 for update skip locked)
         returning sha256, attempts`,
        [now, until, limit],
      ),
    );
  }

  /** Hands claimed content back. */
  async postpone(tx: Tx, sha256: readonly Buffer[], until: Date): Promise<void> {
    await tx.execute(
      `update blob_scans set not_before = $2 where sha256 = any($1::bytea[]) and state = 'waiting'`,
      [sha256, until],
    );
  }

  /** False where somebody else has settled it meanwhile. */
  async settle(tx: Tx, sha256: Buffer, verdict: ClamdVerdict, now: Date): Promise<boolean> {
    const signature = verdict.kind === 'infected' ? verdict.signature : null;
    const settled = await tx.execute(
      `update blob_scans set state = $2, signature = $3, scanned_at = $4 where sha256 = $1 and state = 'waiting'`,
      [sha256, verdict.kind, signature, now],
    );
    return settled === 1;
  }

  /** Content that is no longer stored. */
  async forget(tx: Tx, sha256: Buffer): Promise<void> {
    await tx.execute(`delete from blob_scans where sha256 = $1 and state = 'waiting'`, [sha256]);
  }

  /**
   * A find that is none, or content that was too large to look at, for good: the file is given out from now on. False
   * where it is not held.
   */
  async release(tx: Tx, sha256: Buffer, reason: string, now: Date): Promise<boolean> {
    const released = await tx.execute(
      `update blob_scans set state = 'released', released_at = $3, release_reason = $2,
              signature = coalesce(signature, $4)
        where sha256 = $1 and state in ('infected', 'too_large')`,
      [sha256, reason, now, NEVER_SCANNED],
    );
    return released === 1;
  }

  async stateOf(sha256: Buffer): Promise<ScanState | null> {
    const [row] = await this.database.query<ScanState & Record<string, unknown>>(
      'select state, signature from blob_scans where sha256 = $1',
      [sha256],
    );
    return row ?? null;
  }

  /** What holds a virus, then what was too large to look at, each the newest first. */
  held(limit: number): Promise<HeldContent[]> {
    return this.database.query<HeldContent & Record<string, unknown>>(
      `select encode(sha256, 'hex') as sha256, state, signature, scanned_at as "scannedAt" from blob_scans
        where state in ('infected', 'too_large') order by state, scanned_at desc limit $1`,
      [limit],
    );
  }
}

export interface InfectedContent {
  readonly sha256: Buffer;
  readonly signature: string;
}

export interface HeldContent {
  readonly sha256: string;
  readonly state: 'infected' | 'too_large';
  /** null: nothing was found, because nobody looked. */
  readonly signature: string | null;
  readonly scannedAt: Date;
}
