import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Background, Clock, PeriodicWork, Wakeups } from '../../../platform/index.js';
import { reconcileWakeup } from '../intake-wakeup.js';
import { ReconciliationStore } from '../store/reconciliation.store.js';

/** How soon what an operator asks for is taken up by a process that is not hers. */
const LOOK_MS = 2_000;
/** The schedule is looked at in every so many rounds: once a minute. */
const SCHEDULE_EVERY = 30;
const HOUR_MS = 3_600_000;
/** After a start a mailbox is compared, unless that was done this short a time ago: many processes start together. */
const AFTER_START_MS = 10 * 60_000;

/**
 * Asks for the comparison of every watched mailbox after a start and every so many hours, and wakes those who hold
 * mailboxes for which one is asked: they alone compare, under their lease.
 */
@Injectable()
export class Reconciliations extends PeriodicWork {
  private rounds = 0;

  constructor(
    background: Background,
    private readonly wakers: Wakeups,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly store: ReconciliationStore,
  ) {
    super({ name: 'intake-reconciliation', everyMs: LOOK_MS }, background, wakers);
  }

  async round(): Promise<void> {
    if (this.rounds % SCHEDULE_EVERY === 0) await this.schedule(this.rounds === 0);
    this.rounds += 1;
    for (const key of await this.store.mailboxesAsked()) this.wakers.wake(reconcileWakeup(key));
  }

  private async schedule(afterStart: boolean): Promise<void> {
    const { intake, mailboxes } = this.config.get();
    const watched = Object.entries(mailboxes).filter(([, mailbox]) => !mailbox.retired);
    const now = this.clock.now();
    const everyMs = intake.reconcileEveryHours * HOUR_MS;
    const ago = (ms: number): Date => new Date(now.getTime() - ms);
    await this.store.schedule(
      watched.map(([key]) => key),
      intake.reconcileFix,
      {
        now,
        comparedSince: ago(afterStart ? AFTER_START_MS : everyMs),
        triedSince: ago(afterStart ? AFTER_START_MS : HOUR_MS),
      },
    );
  }
}
