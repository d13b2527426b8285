import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import { isCovered, isReturn, type RunningClock } from '../domain/clock.js';
import type { PolicyContext } from '../domain/policy.js';
import { ClockStore } from '../store/clock.store.js';
import { EndClock } from './end-clock.js';
import { StartClock } from './start-clock.js';

export interface AnswerInput {
  readonly ticketId: string;
  readonly messageId: string;
  readonly acceptedAt: Date;
  readonly oldestUncovered: { readonly messageId: string; readonly receivedAt: Date } | null;
  readonly thenOpen: boolean;
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
  ) {}

  /** Returns the clocks that run now. The same answer twice counts once. */
  async run(tx: Tx, input: AnswerInput): Promise<RunningClock[]> {
    const running = await this.clocks.lockRunning(tx, input.ticketId);
    if (await this.clocks.knowsAnswer(tx, input.ticketId, input.messageId)) return running;
    const answered = running.find(
      (clock) => isReturn(clock) && isCovered(clock, input.oldestUncovered),
    );
    if (answered !== undefined) {
      await this.endClock.run(tx, answered, {
        at: input.acceptedAt,
        outcome: 'kept',
        messageId: input.messageId,
        reason: 'answered',
      });
    }
    const next = nextStart(input);
    if (next === null) return running.filter((clock) => clock !== answered);
    // A clock that the answer does not cover runs already where its message came in before this news did.
    return this.startClock.run(tx, {
      ticketId: input.ticketId,
      kind: 'next_return',
      calendar: input.calendar,
      policy: input.policy,
      ...next,
    });
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
