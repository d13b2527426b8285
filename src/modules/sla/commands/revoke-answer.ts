import { Injectable } from '@nestjs/common';
import { EventBus, type Tx } from '../../../platform/index.js';
import {
  ANSWER_REVOCABLE_MS,
  endsWithAnswer,
  isReturn,
  type RunningClock,
} from '../domain/clock.js';
import { clockNews, slaBreached } from '../sla.events.js';
import { ClockStore, type AnsweredClock } from '../store/clock.store.js';
import { EndClock } from './end-clock.js';
import { HoldClocks } from './hold-clocks.js';

/** An answer bounced for good: what it had ended runs again, with the due date it always had (D19). */
@Injectable()
export class RevokeAnswer {
  constructor(
    private readonly clocks: ClockStore,
    private readonly endClock: EndClock,
    private readonly bus: EventBus,
    private readonly holding: HoldClocks,
  ) {}

  /** Returns the clocks that run now. Nothing happens for an answer that ended no clock, or after 5 × 24 hours. */
  async run(
    tx: Tx,
    input: { ticketId: string; messageId: string; at: Date },
  ): Promise<RunningClock[]> {
    const running = await this.clocks.lockRunning(tx, input.ticketId);
    const all = await this.clocks.endedByAnswer(tx, input.ticketId, input.messageId);
    const revoked = all.find(isReturn);
    const owedByAnswer = running.filter((clock) => clock.startedByMessageId === input.messageId);
    if (
      revoked === undefined ||
      input.at.getTime() - revoked.endedAt.getTime() > ANSWER_REVOCABLE_MS
    ) {
      return running;
    }
    await this.clocks.countRevocation(
      tx,
      all.map(({ id }) => id),
    );
    const later = await this.clocks.laterAnswer(tx, revoked);
    if (later !== null) {
      // A later answer covered the same messages: that one counts, with its own instant.
      for (const clock of owedByAnswer) await this.supersede(tx, clock, input.at);
      for (const clock of all)
        await this.endClock.run(tx, clock, { ...later, outcome: 'kept', reason: 'answered' });
      return this.clocks.running(tx, input.ticketId);
    }
    // One return clock a ticket (D13): the older question is the one that waits, and its clock covers the younger ones.
    for (const clock of running.filter(endsWithAnswer)) await this.supersede(tx, clock, input.at);
    for (const clock of all) await this.restore(tx, clock, input.at);
    // The ball is with us again.
    return this.holding.resumeAll(tx, await this.clocks.running(tx, input.ticketId), input.at);
  }

  private supersede(tx: Tx, clock: RunningClock, at: Date): Promise<void> {
    return this.endClock.run(tx, clock, {
      at,
      outcome: 'called_off',
      messageId: null,
      reason: 'answer_returned',
    });
  }

  private async restore(tx: Tx, clock: AnsweredClock, at: Date): Promise<void> {
    const breachesNow = at > clock.dueAt && clock.breachedAt === null;
    await this.clocks.restore(tx, clock.id, breachesNow ? at : clock.breachedAt);
    if (breachesNow) {
      await this.bus.publish(tx, slaBreached, clockNews({ ...clock, clockId: clock.id }));
    }
  }
}
