import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, Wakeups, type Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import type { ClockKind, RunningClock } from '../domain/clock.js';
import { dueAtOf, warningsOf } from '../domain/due-date.js';
import { choosePolicies, type PolicyChoice, type PolicyContext } from '../domain/policy.js';
import { ClockStore } from '../store/clock.store.js';
import { PolicyVersionStore } from '../store/policy-version.store.js';
import { WATCHER_POLL_MS, WATCHER_WAKEUP } from '../watching.js';

export interface StartClockInput {
  readonly ticketId: string;
  readonly kind: ClockKind;
  readonly startedAt: Date;
  readonly startedByMessageId: string | null;
  /** Name of the calendar to count in. */
  readonly calendar: string;
  readonly policy: PolicyContext;
}

/**
 * Gives a promise: chooses the policy, counts it in the calendar in force and fixes both on the clock (D19). On the way of
 * every message in, so it is one statement once the calendar version is known.
 */
@Injectable()
export class StartClock {
  constructor(
    private readonly config: CurrentConfig,
    private readonly calendars: Calendars,
    private readonly clocks: ClockStore,
    private readonly policies: PolicyVersionStore,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {}

  /** Whether anything of this kind is promised: returns and escalations always are. */
  isPromised(kind: ClockKind, policy: PolicyContext): boolean {
    return choosePolicies(this.config.get().deadlines, kind, policy).length > 0;
  }

  /**
   * Starts the clock unless one of its sort runs; returns all that run now. Safe to call twice. Only for a kind that is
   * promised.
   */
  async run(tx: Tx, input: StartClockInput): Promise<RunningClock[]> {
    const version = await this.calendars.inForce(tx, input.calendar);
    const calendar = businessCalendar(version.definition);
    const choices = choosePolicies(this.config.get().deadlines, input.kind, input.policy);
    const { choice, dueAt } = earliest(
      choices.map((candidate) => ({
        choice: candidate,
        dueAt: dueAtOf(calendar, candidate.promise, input.startedAt),
      })),
    );
    const warnings = warningsOf(calendar, choice.promise, input.startedAt, dueAt);
    const now = this.clock.now();
    this.wakeWatcherFor(tx, warnings[0] ?? dueAt, now);
    return this.clocks.start(tx, {
      ticketId: input.ticketId,
      kind: input.kind,
      policyKey: choice.key,
      policy: choice.promise,
      policyVersionId: await this.policies.idOf(tx, input.kind, choice),
      calendarVersionId: version.id,
      startedAt: input.startedAt,
      startedByMessageId: input.startedByMessageId,
      dueAt,
      warnings,
      createdAt: now,
    });
  }

  /** What comes later than its next poll the watcher finds by itself. */
  private wakeWatcherFor(tx: Tx, at: Date, now: Date): void {
    if (at.getTime() <= now.getTime() + WATCHER_POLL_MS) {
      tx.afterCommit(() => this.wakeups.wake(WATCHER_WAKEUP));
    }
  }
}

function earliest(counted: readonly { choice: PolicyChoice; dueAt: Date }[]): {
  choice: PolicyChoice;
  dueAt: Date;
} {
  return counted.reduce((best, next) => (next.dueAt < best.dueAt ? next : best));
}
