import { Injectable } from '@nestjs/common';
import {
  Background,
  Clock,
  Database,
  EventBus,
  PeriodicWork,
  Wakeups,
} from '../../platform/index.js';
import { clockNews, slaBreached, slaWarned } from './sla.events.js';
import { DueClockStore } from './store/due-clock.store.js';
import { WATCHER_POLL_MS, WATCHER_WAKEUP } from './watching.js';

/** Clocks marked in one transaction: enough to catch up after an outage, few enough to be brief. */
const BATCH_SIZE = 200;
/** What is due but held by somebody else is looked at again this soon. */
const MIN_SLEEP_MS = 1_000;

/**
 * Marks clocks as warned and breached and publishes the news, each exactly once with any number of watchers (D19): the mark
 * and the event are one transaction, and a row that another watcher holds is skipped. Sleeps until the next instant at
 * which something is due, or a poll.
 */
@Injectable()
export class ClockWatcher extends PeriodicWork {
  constructor(
    private readonly database: Database,
    private readonly dueClocks: DueClockStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    wakeups: Wakeups,
    background: Background,
  ) {
    super({ name: WATCHER_WAKEUP, everyMs: WATCHER_POLL_MS }, background, wakeups);
  }

  /** Everything due now; returns how many warnings and breaches were published. */
  async round(): Promise<{ warned: number; breached: number }> {
    const published = { warned: 0, breached: 0 };
    for (;;) {
      const { warned, breached } = await this.markBatch();
      published.warned += warned;
      published.breached += breached;
      const more = warned === BATCH_SIZE || breached === BATCH_SIZE;
      if (!more || this.stopping.signal.aborted) return published;
    }
  }

  /** One transaction for both: what is breached first needs no warning any more. */
  private markBatch(): Promise<{ warned: number; breached: number }> {
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const breached = await this.dueClocks.markBreached(tx, now, BATCH_SIZE);
      await this.bus.publishAll(tx, slaBreached, breached.map(clockNews));
      const warned = await this.dueClocks.markWarned(tx, now, BATCH_SIZE);
      const warnedAt = now.toISOString();
      await this.bus.publishAll(
        tx,
        slaWarned,
        warned.map((clock) => ({ ...clockNews(clock), warnedAt })),
      );
      return { warned: warned.length, breached: breached.length };
    });
  }

  /** Until the next instant at which something is due, or a poll. */
  protected override async pauseMs(): Promise<number> {
    const next = await this.dueClocks.nextAt();
    if (next === null) return WATCHER_POLL_MS;
    // One past the instant: at the instant itself an answer is still in time.
    const untilNext = next.getTime() - this.clock.now().getTime() + 1;
    return Math.min(WATCHER_POLL_MS, Math.max(MIN_SLEEP_MS, untilNext));
  }
}
