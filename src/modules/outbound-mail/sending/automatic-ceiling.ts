import { Injectable } from '@nestjs/common';
import { Automation, CurrentConfig } from '../../../config/index.js';
import { Alarms, Clock, createLogger, Database } from '../../../platform/index.js';
import { SendingStore } from '../store/sending.store.js';

/** Raised by every general pause and cleared by its resume: the ceiling counts from there. */
export const PAUSE_ALARM = 'automation.paused';
const WINDOW_MS = 10 * 60_000;
const RECOUNT_MS = 1_000;
/** Nearer to the ceiling than this, every claim counts anew: several processes share it. */
const NEAR = 64;

const log = createLogger('outbound-mail');

/**
 * `limits.automaticPerTenMinutes`: more automatic mail than that is a loop or a flood, so automation pauses by itself,
 * with an alarm, and the rows stay queued until an operator resumes.
 */
@Injectable()
export class AutomaticCeiling {
  private counted: { readonly at: number; room: number } | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly store: SendingStore,
    private readonly database: Database,
    private readonly automation: Automation,
    private readonly alarms: Alarms,
    private readonly clock: Clock,
  ) {}

  /** How many automatic mails may be begun now. */
  async room(): Promise<number> {
    const now = this.clock.now().getTime();
    const known = this.counted;
    if (known !== null && known.room >= NEAR && Math.abs(now - known.at) < RECOUNT_MS)
      return known.room;
    const ceiling = this.config.get().limits.automaticPerTenMinutes;
    const since = new Date(now - WINDOW_MS);
    const begun = await this.store.automaticSince(since, PAUSE_ALARM, ceiling);
    this.counted = { at: now, room: Math.max(0, ceiling - begun) };
    return this.counted.room;
  }

  /** Automatic mails that were just begun. */
  began(count: number): void {
    if (this.counted !== null) this.counted.room -= count;
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
