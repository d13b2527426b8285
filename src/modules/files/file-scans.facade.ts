import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Clock, Database, defineEvent, EventBus, Wakeups, type Tx } from '../../platform/index.js';
import {
  cautionOf,
  type FileCaution,
  type ScanState,
  type UnscannedPolicy,
} from './domain/virus-scan.js';
import { BlobScanStore } from './store/blob-scan.store.js';

/** Content on a ticket was found to hold a virus, or content that is known to hold one came again. */
export const fileInfected = defineEvent<{
  /** Hex. */
  readonly sha256: string;
  readonly signature: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}>('files.infected');

export const VIRUS_SCAN = 'virus-scan';

/** What the virus scanner knows of stored content (`security.clamd`); without one nothing is held but earlier finds. */
@Injectable()
export class FileScans {
  constructor(
    private readonly store: BlobScanStore,
    private readonly config: CurrentConfig,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
    private readonly database: Database,
  ) {}

  get policy(): UnscannedPolicy {
    return this.config.get().security.clamd?.unscanned ?? 'off';
  }

  /** Lets content that is being recorded wait for the scanner, if there is one. */
  async await(tx: Tx, sha256: readonly Buffer[]): Promise<void> {
    if (this.policy === 'off') return;
    const now = this.clock.now();
    const known = await this.store.await(tx, sha256, now);
    await this.bus.publishAll(
      tx,
      fileInfected,
      known.map((one) => ({
        sha256: one.sha256.toString('hex'),
        signature: one.signature,
        at: now.toISOString(),
      })),
    );
    tx.afterCommit(() => this.wakeups.wake(VIRUS_SCAN));
  }

  /** What is to be said of this content; null where it may be given out without a word. */
  async caution(sha256: Buffer): Promise<FileCaution | null> {
    return this.cautionOf(await this.store.stateOf(sha256));
  }

  /** Gives out content that is held as infected or too large, for good; false where it is not. */
  release(sha256: string, reason: string): Promise<boolean> {
    const now = this.clock.now();
    return this.database.inTransaction((tx) =>
      this.store.release(tx, Buffer.from(sha256, 'hex'), reason, now),
    );
  }

  /** As `caution`, where the state was read along with something else. */
  cautionOf(scan: ScanState | null): FileCaution | null {
    return cautionOf(scan, this.policy);
  }
}
