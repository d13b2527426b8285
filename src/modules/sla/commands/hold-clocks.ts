import { Injectable } from '@nestjs/common';
import { Wakeups, type Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import type { RunningClock } from '../domain/clock.js';
import { dueAfterPause, warningsOf } from '../domain/due-date.js';
import { ClockStore } from '../store/clock.store.js';
import { WATCHER_WAKEUP } from '../watching.js';

/**
 * Clocks in business time stand still while the ball is with the customer (D16): only those of the ticket's resolution,
 * since a return has no clock then (D17) and an escalation's never pauses (D14).
 */
@Injectable()
export class HoldClocks {
  constructor(
    private readonly clocks: ClockStore,
    private readonly calendars: Calendars,
    private readonly wakeups: Wakeups,
  ) {}

  /** What is late already stays late: it does not pause. Returns `running` with what stands still now marked. */
  async pauseAll(tx: Tx, running: readonly RunningClock[], at: Date): Promise<RunningClock[]> {
    const after: RunningClock[] = [];
    for (const clock of running) {
      const pauses =
        clock.pausable && !clock.paused && clock.breachedAt === null && at < clock.dueAt;
      if (pauses) await this.clocks.pause(tx, clock.id, at);
      after.push(pauses ? { ...clock, paused: true } : clock);
    }
    return after;
  }

  async resumeAll(tx: Tx, running: readonly RunningClock[], at: Date): Promise<RunningClock[]> {
    const after: RunningClock[] = [];
    for (const clock of running) {
      after.push(
        clock.paused ? { ...clock, paused: false, dueAt: await this.resume(tx, clock, at) } : clock,
      );
    }
    return after;
  }

  /** Returns the new due instant: the service time that was left at the pause is left from `at` on. */
  async resume(tx: Tx, clock: RunningClock, at: Date): Promise<Date> {
    const held = await this.clocks.held(tx, clock.id);
    const open = held.pauses.at(-1)!;
    const pausedAt = new Date(open.from);
    // A message may have reached the server before the answer that it did not see.
    const resumedAt = at < pausedAt ? pausedAt : at;
    const version = await this.calendars.byId(tx, held.calendarVersionId);
    const calendar = businessCalendar(version.definition);
    const dueAt = dueAfterPause(calendar, held.dueAt, pausedAt, resumedAt);
    const warnings = warningsOf(calendar, held.policy, resumedAt, dueAt);
    await this.clocks.resume(tx, clock.id, {
      dueAt,
      // One that was given is not given again for being moved.
      warnings: held.warnedAt === null ? warnings : [],
      pauses: [...held.pauses.slice(0, -1), { from: open.from, to: resumedAt.toISOString() }],
    });
    tx.afterCommit(() => this.wakeups.wake(WATCHER_WAKEUP));
    return dueAt;
  }
}
