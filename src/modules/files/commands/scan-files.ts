import { Injectable } from '@nestjs/common';
import { CurrentConfig, type ClamdConfig } from '../../../config/index.js';
import {
  Alarms,
  AppError,
  Clock,
  createLogger,
  Database,
  EventBus,
  messageOf,
  type Tx,
} from '../../../platform/index.js';
import { BlobStore } from '../blob-store.facade.js';
import type { ClamdVerdict } from '../domain/virus-scan.js';
import { fileInfected } from '../file-scans.facade.js';
import { ClamdUnavailable, scanStream } from '../gateway/clamd.js';
import { BlobScanStore, type ClaimedScan } from '../store/blob-scan.store.js';

const log = createLogger('files');

/** Few at a time: one clamd has few threads, and what a dead process had claimed waits until its claim ends. */
const AT_ONCE = 4;
const CLAIM_MS = 5 * 60_000;
const FIRST_RETRY_MS = 15_000;
const LAST_RETRY_MS = 30 * 60_000;
const OLDER_SLICE = 200;
/** From this try of a file on clamd is asked up to so many times in a row, to tell a file that it cannot take. */
const TRIES_BEFORE_DOUBT = 3;
const HANG_UPS = 3;
export const SCANNER_ALARM = 'files.scanner';

/** Tells what the scanner says: to tickets, to the operator. */
@Injectable()
export class ScanNews {
  private alarmed = true;

  constructor(
    private readonly bus: EventBus,
    private readonly alarms: Alarms,
  ) {}

  async of(tx: Tx, sha256: Buffer, verdict: ClamdVerdict, now: Date): Promise<void> {
    if (verdict.kind !== 'infected') return;
    const { signature } = verdict;
    const at = now.toISOString();
    await this.bus.publish(tx, fileInfected, { sha256: sha256.toString('hex'), signature, at });
    tx.afterCommit(() => log.warn({ signature }, 'a file holds a virus and is held'));
  }

  async silent(error: ClamdUnavailable): Promise<void> {
    this.alarmed = true;
    await this.alarms.raise(
      SCANNER_ALARM,
      'warning',
      'The virus scanner (security.clamd) does not answer: new files wait for it; start clamd, or see its log.',
      { error: error.message },
    );
  }

  /** Clears the alarm; costs nothing while there is none. */
  async answered(): Promise<void> {
    if (!this.alarmed) return;
    this.alarmed = false;
    await this.alarms.clear(SCANNER_ALARM);
  }
}

/** Has the scanner look at what waits. The network is talked to outside transactions; a verdict is written once. */
@Injectable()
export class ScanFiles {
  /** Where the look at what was stored before has come to; null: at its end. */
  private older: Buffer | null = Buffer.alloc(0);

  constructor(
    private readonly store: BlobScanStore,
    private readonly blobs: BlobStore,
    private readonly config: CurrentConfig,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly news: ScanNews,
  ) {}

  /** Until nothing is due, `signal` aborts or clamd cannot be asked. Returns how many files were settled. */
  async run(signal?: AbortSignal): Promise<number> {
    let settled = 0;
    for (;;) {
      const { clamd } = this.config.get().security;
      if (clamd === undefined) {
        this.older = Buffer.alloc(0);
        return settled;
      }
      if (signal?.aborted === true) return settled;
      const now = this.clock.now();
      const claimed = await this.store.claim(now, new Date(now.getTime() + CLAIM_MS), AT_ONCE);
      if (claimed.length === 0) {
        if (!(await this.nextOlder())) return settled;
        continue;
      }
      const outcomes = await Promise.all(claimed.map((one) => this.one(clamd, one)));
      settled += outcomes.filter(Boolean).length;
      if (outcomes.includes(false)) return settled;
      await this.news.answered();
    }
  }

  /** False where clamd could not be asked: the file waits. */
  private async one(clamd: ClamdConfig, { sha256, attempts }: ClaimedScan): Promise<boolean> {
    try {
      const verdict = await this.verdictOf(clamd, sha256, attempts);
      const now = this.clock.now();
      await this.database.inTransaction(async (tx) => {
        if (await this.store.settle(tx, sha256, verdict, now))
          await this.news.of(tx, sha256, verdict, now);
      });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') {
        await this.database.inTransaction((tx) => this.store.forget(tx, sha256));
        return true;
      }
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS);
      const until = new Date(this.clock.now().getTime() + waitMs);
      await this.database.inTransaction((tx) => this.store.postpone(tx, [sha256], until));
      if (error instanceof ClamdUnavailable) await this.news.silent(error);
      else
        log.warn({ err: messageOf(error), attempts }, 'a file could not be read for the scanner');
      return false;
    }
  }

  private async verdictOf(
    clamd: ClamdConfig,
    sha256: Buffer,
    attempts: number,
  ): Promise<ClamdVerdict> {
    for (let hangUps = 1; ; hangUps += 1) {
      try {
        return await scanStream(clamd, await this.blobs.open(sha256));
      } catch (error) {
        // Its answer may be lost when it hangs up on us; only again and again at once means that the file is too large for
        // it. Tries count every failure, also of a clamd that was not there: they begin the question and never decide it.
        const inTheMiddle = error instanceof ClamdUnavailable && error.inTheMiddle;
        if (!inTheMiddle || attempts < TRIES_BEFORE_DOUBT) throw error;
        if (hangUps >= HANG_UPS) return { kind: 'too_large' };
      }
    }
  }

  /** Files of the time before there was a scanner, when nothing newer waits; false at their end. */
  private async nextOlder(): Promise<boolean> {
    const after = this.older;
    if (after === null) return false;
    const now = this.clock.now();
    this.older = await this.database.inTransaction((tx) =>
      this.store.awaitOlder(tx, after, now, OLDER_SLICE),
    );
    return this.older !== null;
  }
}
