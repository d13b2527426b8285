import { Injectable } from '@nestjs/common';
import { Automation, CurrentConfig } from '../../../config/index.js';
import { Clock, createLogger, Database, type Tx } from '../../../platform/index.js';
import { SendingStore } from '../store/sending.store.js';

/** Raised with every general pause and cleared with its resume: the ceiling counts from there. */
const PAUSE_ALARM = 'automation.paused';
const WINDOW_MS = 10 * 60_000;
const RECOUNT_MS = 1_000;
/** Nearer to the ceiling than this, claims are counted one after the other, over all processes: it is exact. */
const NEAR = 64;
/** Share of the counted room that this process uses before it counts again: others use it too. */
const TRUSTED_SHARE = 0.25;

const log = createLogger('outbound-mail');

/**
 * `limits.automaticPerTenMinutes`: more automatic mail than that is a loop or a flood, so automation pauses by itself,
 * with an alarm, and the rows stay queued until an operator resumes.
 */
@Injectable()
export class AutomaticCeiling {
  private counted: { readonly at: number; readonly room: number; used: number } | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly store: SendingStore,
    private readonly database: Database,
    private readonly automation: Automation,
    private readonly clock: Clock,
  ) {}

  /** How many automatic mails may be begun in `tx`; near the ceiling no other claim counts until it commits. */
  async room(tx: Tx): Promise<number> {
    const now = this.clock.now().getTime();
    const known = this.counted;
    if (known !== null && Math.abs(now - known.at) < RECOUNT_MS) {
      const left = known.room - known.used;
      if (left >= NEAR && known.used < known.room * TRUSTED_SHARE) return left;
    }
    let room = await this.count(tx);
    if (room < NEAR) {
      await this.store.lockCeiling(tx);
      room = await this.count(tx);
    }
    this.counted = { at: now, room, used: 0 };
    return room;
  }

  /** Automatic mails that were just begun. */
  began(count: number): void {
    if (this.counted !== null) this.counted.used += count;
  }

  /** One more would go over the ceiling: pauses all automatic mail. Doing it twice is safe. */
  async reached(): Promise<void> {
    const ceiling = this.config.get().limits.automaticPerTenMinutes;
    const reason = `more than ${ceiling} automatic mails in ten minutes: look for a mail loop`;
    const isNew = await this.database.inTransaction(async (tx) => {
      // Whoever found the ceiling reached may have counted before an operator resumed; that must not be undone here.
      await this.automation.holdStill(tx);
      if ((await this.count(tx)) > 0) return false;
      return this.automation.pause(tx, null, { reason, by: 'system', severity: 'critical' });
    });
    if (isNew) log.warn({ ceiling }, 'automatic mail paused by its ceiling');
  }

  /** What is left of the ceiling now. */
  private async count(tx: Tx): Promise<number> {
    const ceiling = this.config.get().limits.automaticPerTenMinutes;
    const since = new Date(this.clock.now().getTime() - WINDOW_MS);
    return Math.max(
      0,
      ceiling - (await this.store.automaticSince(tx, since, PAUSE_ALARM, ceiling)),
    );
  }
}
