import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Outbound } from '../outbound-mail/index.js';
import {
  Background,
  Clock,
  createLogger,
  Database,
  PeriodicWork,
  Wakeups,
} from '../../platform/index.js';
import { ActOnWait, type WaitOutcome } from './commands/act-on-wait.js';
import { CustomerWaitStore } from './store/customer-wait.store.js';

const EVERY_MS = 10_000;
/** Of the ceiling on automatic mail: the rest is for acknowledgements, and a morning with many reminders pauses nothing. */
const SHARE_OF_CEILING = 0.5;
const WINDOW_MS = 10 * 60_000;
/** Between two looks at the ceiling. */
const PAGE = 20;
const AFTER_FAILURE_MS = 3_600_000;

const log = createLogger('tickets');

@Injectable()
export class WaitingTickets {
  constructor(
    readonly store: CustomerWaitStore,
    readonly act: ActOnWait,
    readonly outbound: Outbound,
    readonly config: CurrentConfig,
  ) {}
}

/** Reminds customers whose answer we wait for, and resolves what stays without one, where that is switched on. */
@Injectable()
export class CustomerReminders extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly waiting: WaitingTickets,
  ) {
    super({ name: 'customer-reminders', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Everything due now, as far as the ceiling on automatic mail has room; returns what came of it. */
  async round(): Promise<Record<WaitOutcome, number>> {
    const done = { reminded: 0, resolved: 0, later: 0, over: 0 };
    while (!this.stopping.signal.aborted && (await this.page(done)));
    return done;
  }

  /** True where there may be more. */
  private async page(done: Record<WaitOutcome, number>): Promise<boolean> {
    if (!(await this.waiting.store.anythingDue(this.clock.now()))) return false;
    let room = Math.min(PAGE, await this.room());
    if (room <= 0) return false;
    for (let looked = 0; room > 0 && looked < PAGE; looked += 1) {
      const outcome = await this.one();
      if (outcome === null || this.stopping.signal.aborted) return false;
      done[outcome] += 1;
      if (outcome === 'reminded' || outcome === 'resolved') room -= 1;
    }
    return true;
  }

  /** Automatic mails that may still be begun now. */
  private async room(): Promise<number> {
    const { config, outbound } = this.waiting;
    const most = Math.floor(config.get().limits.automaticPerTenMinutes * SHARE_OF_CEILING);
    const since = new Date(this.clock.now().getTime() - WINDOW_MS);
    // A ceiling of one leaves room for one.
    return Math.max(1, most) - (await outbound.automaticLoad(since, most));
  }

  /** One ticket, in a transaction of its own. Null: nothing is due that nobody else holds. */
  private async one(): Promise<WaitOutcome | null> {
    const { act, store } = this.waiting;
    const taken: { ticketId?: string } = {};
    try {
      return await this.database.inTransaction(async (tx) => {
        const now = this.clock.now();
        const ticketId = await store.lockDue(tx, now);
        if (ticketId === null) return null;
        taken.ticketId = ticketId;
        return act.run(tx, ticketId, now);
      });
    } catch (error) {
      const { ticketId } = taken;
      if (ticketId === undefined) throw error;
      // What fails once must not keep the others waiting.
      log.error({ err: error, ticketId }, 'a reminder failed, tried again later');
      const later = new Date(this.clock.now().getTime() + AFTER_FAILURE_MS);
      await this.database.inTransaction((tx) => store.actLater(tx, ticketId, later));
      return 'later';
    }
  }
}
