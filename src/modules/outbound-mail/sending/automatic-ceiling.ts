import { Injectable } from '@nestjs/common';
import { Automation, CurrentConfig } from '../../../config/index.js';
import { Alarms, Clock, createLogger, Database, type Tx } from '../../../platform/index.js';
import { SendingStore } from '../store/sending.store.js';

/** Raised by every general pause and cleared by its resume: the ceiling counts from there. */
export const PAUSE_ALARM = 'automation.paused';
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
    private readonly alarms: Alarms,
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
    const ceiling = this.config.get().limits.automaticPerTenMinutes;
    const since = new Date(now - WINDOW_MS);
    let begun = await this.store.automaticSince(tx, since, PAUSE_ALARM, ceiling);
    if (ceiling - begun < NEAR) {
      await this.store.lockCeiling(tx);
      begun = await this.store.automaticSince(tx, since, PAUSE_ALARM, ceiling);
    }
    const room = Math.max(0, ceiling - begun);
    this.counted = { at: now, room, used: 0 };
    return room;
  }

  /** Automatic mails that were just begun. */
  began(count: number): void {
    if (this.counted !== null) this.counted.used += count;
  }

  /** One more would go over the ceiling: pauses all automatic mail. Doing it twice is safe. */
  async reached(): Promise<void> {
    // A resume that is under way clears its alarm a moment after its commit; it must not be undone here.
    if (await this.store.resumeUnderWay(PAUSE_ALARM)) return;
    const ceiling = this.config.get().limits.automaticPerTenMinutes;
    const reason = `more than ${ceiling} automatic mails in ten minutes: look for a mail loop`;
    const isNew = await this.database.inTransaction((tx) =>
      this.automation.pause(tx, null, { reason, by: 'system', severity: 'critical' }),
    );
    if (isNew) log.warn({ ceiling }, 'automatic mail paused by its ceiling');
  }

  /** Finishes a resume whose process died before it cleared the alarm. Called now and then. */
  async followResume(): Promise<void> {
    if (!(await this.store.resumeUnderWay(PAUSE_ALARM))) return;
    await this.alarms.clear(PAUSE_ALARM);
    this.counted = null;
  }
}
