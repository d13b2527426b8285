import { Injectable } from '@nestjs/common';
import { EventBus, type Tx } from '../../../platform/index.js';
import { endState, type RunningClock } from '../domain/clock.js';
import { clockNews, slaBreached } from '../sla.events.js';
import { ClockStore } from '../store/clock.store.js';
import { HoldClocks } from './hold-clocks.js';
import { MeasureTime } from './measure-time.js';

export interface ClockEnd {
  readonly at: Date;
  readonly outcome: 'kept' | 'called_off';
  /** The answer that ended it. */
  readonly messageId: string | null;
  /** `answered`, `resolved`, `handed_back`, or what the caller says. */
  readonly reason: string;
}

/** Ends a clock that runs. One that ends late is a breach also where the watcher had not come by yet: once either way. */
@Injectable()
export class EndClock {
  constructor(
    private readonly clocks: ClockStore,
    private readonly bus: EventBus,
    private readonly holding: HoldClocks,
    private readonly measure: MeasureTime,
  ) {}

  /** `clock` as locked in this `tx`. */
  async run(tx: Tx, clock: RunningClock, end: ClockEnd): Promise<void> {
    // What stands still is due later than its row says.
    const dueAt = clock.paused ? await this.holding.resume(tx, clock, end.at) : clock.dueAt;
    const state = endState(dueAt, end.at, end.outcome);
    const breachesNow = state === 'breached' && clock.breachedAt === null;
    await this.clocks.end(tx, clock.id, {
      state,
      at: end.at,
      messageId: end.messageId,
      reason: end.reason,
      breachedAt: breachesNow ? end.at : clock.breachedAt,
      businessMs: await this.measure.clock(tx, clock, end.at),
    });
    if (breachesNow) {
      await this.bus.publish(tx, slaBreached, clockNews({ ...clock, dueAt, clockId: clock.id }));
    }
  }

  /** The ticket is resolved at `at`: how long that took is written down beside the end of its clocks. */
  ticketResolved(tx: Tx, ticketId: string, at: Date): Promise<void> {
    return this.measure.resolution(tx, ticketId, at);
  }
}
