import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import { endsWithAnswer, isCovered, type RunningClock } from '../domain/clock.js';
import type { PolicyContext } from '../domain/policy.js';
import { ClockStore } from '../store/clock.store.js';
import { EndClock } from './end-clock.js';
import { HoldClocks } from './hold-clocks.js';
import { StartClock } from './start-clock.js';

export interface AnswerInput {
  readonly ticketId: string;
  readonly messageId: string;
  readonly acceptedAt: Date;
  readonly oldestUncovered: { readonly messageId: string; readonly receivedAt: Date } | null;
  readonly thenOpen: boolean;
  /** The ball is with the customer now: clocks in business time stand still. */
  readonly awaitsCustomer: boolean;
  readonly calendar: string;
  readonly policy: PolicyContext;
}

/** A human answer reached the customer's server: it ends the return clock and may start the next one (D9, D13, D19). */
@Injectable()
export class RecordAnswer {
  constructor(
    private readonly clocks: ClockStore,
    private readonly endClock: EndClock,
    private readonly startClock: StartClock,
    private readonly holding: HoldClocks,
  ) {}

  /** Returns the clocks that run now. The same answer twice counts once. */
  async run(tx: Tx, input: AnswerInput): Promise<RunningClock[]> {
    const running = await this.clocks.lockRunning(tx, input.ticketId);
    if (await this.clocks.knowsAnswer(tx, input.ticketId, input.messageId)) return running;
    const answered = running.filter(
      (clock) => endsWithAnswer(clock) && isCovered(clock, input.oldestUncovered),
    );
    for (const clock of answered) {
      await this.endClock.run(tx, clock, {
        at: input.acceptedAt,
        outcome: 'kept',
        messageId: input.messageId,
        reason: 'answered',
      });
    }
    const next = nextStart(input);
    const left = running.filter((clock) => !answered.includes(clock));
    if (next === null) {
      return input.awaitsCustomer ? this.holding.pauseAll(tx, left, input.acceptedAt) : left;
    }
    // A clock that the answer does not cover runs already where its message came in before this news did.
    const start = {
      ...next,
      ticketId: input.ticketId,
      calendar: input.calendar,
      policy: input.policy,
    };
    const now = await this.startClock.run(tx, { ...start, kind: 'next_return' });
    return this.startClock.isPromised('internal_return', input.policy)
      ? this.startClock.run(tx, { ...start, kind: 'internal_return' })
      : now;
  }
}

/** The oldest message that the answer leaves open; else, with `then: open`, what we owe from the acceptance on. */
function nextStart(
  input: AnswerInput,
): { readonly startedAt: Date; readonly startedByMessageId: string } | null {
  if (input.oldestUncovered !== null) {
    const { messageId, receivedAt } = input.oldestUncovered;
    return { startedAt: receivedAt, startedByMessageId: messageId };
  }
  return input.thenOpen
    ? { startedAt: input.acceptedAt, startedByMessageId: input.messageId }
    : null;
}
