import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/index.js';
import {
  businessCalendar,
  Calendars,
  promiseInWords,
  type Pause,
} from '../business-calendar/index.js';
import { AnswerCommands } from './commands/answer-commands.js';
import { EndClock, type ClockEnd } from './commands/end-clock.js';
import { HoldClocks } from './commands/hold-clocks.js';
import type { AnswerInput } from './commands/record-answer.js';
import { StartClock } from './commands/start-clock.js';
import {
  endsWithAnswer,
  endsWithTicket,
  summaryOf,
  type ClockKind,
  type ClockState,
  type DeadlineSummary,
  type RunningClock,
} from './domain/clock.js';
import { countPromise } from './domain/due-date.js';
import type { PolicyContext } from './domain/policy.js';
import { ClockStore, type ClockRow } from './store/clock.store.js';

/** One clock with its explanation, for GET …/deadlines. */
export interface ClockView {
  readonly id: string;
  readonly kind: ClockKind;
  readonly state: ClockState;
  readonly policy: {
    readonly key: string;
    readonly businessDays?: number;
    readonly businessMinutes?: number;
    readonly counting?: string;
    /** Null: started before policies had versions. */
    readonly version: number | null;
  };
  readonly startedAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly calendar: { readonly name: string; readonly version: number; readonly zone: string };
  /** Civil days YYYY-MM-DD. */
  readonly daysCounted: readonly string[];
  readonly daysSkipped: readonly { readonly date: string; readonly why: string }[];
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
  /** "quarta-feira, 25 de novembro de 2026, até as 18h". */
  readonly promise: string;
  /** One pt-BR sentence a customer would accept, and the same in English. */
  readonly explanation: { readonly ptBR: string; readonly en: string };
}

/** What a customer message starts besides the return, where it is configured. */
const FURTHER_TARGETS = ['internal_return', 'overall_resolution', 'internal_resolution'] as const;

/**
 * Clocks (D13–D19). Every method changes the ticket's clocks in `tx` and returns the ticket's new summary, which
 * the caller writes to `tickets.due_at/due_kind/breached` in the same transaction. The caller holds the ticket's row
 * locked: two messages of one ticket are decided one after the other.
 */
@Injectable()
export class Sla {
  constructor(
    private readonly clocks: ClockStore,
    private readonly calendars: Calendars,
    private readonly startClock: StartClock,
    private readonly endClock: EndClock,
    private readonly holding: HoldClocks,
    private readonly answers: AnswerCommands,
  ) {}

  /**
   * A customer message that wants an answer: starts the return clock unless one runs (D13). `first` for a ticket
   * never answered by a person. `startedAt` is the message's receivedAt. Starts the ticket's further targets where they
   * are configured, and lets business time run on. One statement where there are none; safe to call twice.
   */
  async customerMessage(
    tx: Tx,
    input: {
      ticketId: string;
      messageId: string;
      startedAt: Date;
      first: boolean;
      calendar: string;
      policy: PolicyContext;
    },
  ): Promise<DeadlineSummary> {
    const { ticketId, startedAt, calendar, policy } = input;
    const start = { ticketId, startedAt, startedByMessageId: input.messageId, calendar, policy };
    let running = await this.startClock.run(tx, {
      ...start,
      kind: input.first ? 'first_return' : 'next_return',
    });
    for (const kind of FURTHER_TARGETS) {
      if (this.startClock.isPromised(kind, policy))
        running = await this.startClock.run(tx, { ...start, kind });
    }
    return summaryOf(await this.holding.resumeAll(tx, running, startedAt));
  }

  /** The ball is with the customer by hand: no return is owed (D17), and business time stands still. */
  async awaitingCustomer(tx: Tx, input: { ticketId: string; at: Date }): Promise<DeadlineSummary> {
    await this.cancelReturn(tx, { ...input, reason: 'awaiting_customer' });
    const running = await this.clocks.lockRunning(tx, input.ticketId);
    return summaryOf(await this.holding.pauseAll(tx, running, input.at));
  }

  /** The ball is with us without a new message (a second team handed back): business time runs on. */
  async resumed(tx: Tx, input: { ticketId: string; at: Date }): Promise<DeadlineSummary> {
    const running = await this.clocks.lockRunning(tx, input.ticketId);
    return summaryOf(await this.holding.resumeAll(tx, running, input.at));
  }

  /**
   * A human answer was accepted by SMTP (or given elsewhere) at `acceptedAt`: ends the running return clock as met or,
   * after its due instant, leaves it breached and ended. Customer messages younger than `coversUntil` (the instant the
   * answer was sent by the agent) start a clock of their own from the oldest one's receivedAt; `then: open` starts one at
   * `acceptedAt` (D9, D19). The same answer twice counts once.
   */
  async answered(tx: Tx, input: AnswerInput): Promise<DeadlineSummary> {
    return summaryOf(await this.answers.record.run(tx, input));
  }

  /**
   * The answer came back within 5 × 24 h: restores the clock it ended, with its due date; breach at once if passed (D19).
   * A return clock that was started since is called off: the older question covers it. Later than that: nothing.
   */
  async answerReturned(
    tx: Tx,
    input: { ticketId: string; messageId: string; at: Date },
  ): Promise<DeadlineSummary> {
    return summaryOf(await this.answers.revoke.run(tx, input));
  }

  /** Resolved without an answer, merged, rejected…: cancels running return clocks (D17); what was late stays breached. */
  async cancelReturn(
    tx: Tx,
    input: { ticketId: string; at: Date; reason: string },
  ): Promise<DeadlineSummary> {
    return this.endAll(tx, input.ticketId, endsWithAnswer, {
      at: input.at,
      outcome: 'called_off',
      messageId: null,
      reason: input.reason,
    });
  }

  /** Escalation: starts the resolution clock unless one runs (D14); from analysts to product the earlier due date stays. */
  async escalated(
    tx: Tx,
    input: { ticketId: string; at: Date; calendar: string; policy: PolicyContext },
  ): Promise<DeadlineSummary & { readonly resolutionDueAt: Date }> {
    const running = await this.startClock.run(tx, {
      ticketId: input.ticketId,
      kind: 'resolution',
      startedAt: input.at,
      startedByMessageId: null,
      calendar: input.calendar,
      policy: input.policy,
    });
    const resolution = running.find(({ kind }) => kind === 'resolution')!;
    return { ...summaryOf(running), resolutionDueAt: resolution.dueAt };
  }

  /**
   * Resolved or handed back: ends the escalation's clock (D14); resolved, the ticket's own too, and the time that the ticket
   * took is measured for reports. `at` is the ticket's `resolved_at`.
   */
  async resolutionEnded(
    tx: Tx,
    input: { ticketId: string; at: Date; reason: 'resolved' | 'handed_back' },
  ): Promise<DeadlineSummary> {
    const ends = (clock: RunningClock): boolean =>
      clock.kind === 'resolution' || (input.reason === 'resolved' && endsWithTicket(clock));
    if (input.reason === 'resolved') {
      await this.endClock.ticketResolved(tx, input.ticketId, input.at);
    }
    return this.endAll(tx, input.ticketId, ends, {
      at: input.at,
      outcome: 'kept',
      messageId: null,
      reason: input.reason,
    });
  }

  /** All clocks of a ticket, oldest first, each with its explanation from the calendar version it was counted in. */
  async clocksOf(ticketId: string): Promise<ClockView[]> {
    const rows = await this.clocks.all(ticketId);
    return Promise.all(rows.map((row) => this.view(row)));
  }

  /** The same of several tickets, ticket by ticket, as `tx` sees them. */
  async clocksOfTickets(
    tx: Tx,
    ticketIds: readonly string[],
  ): Promise<{ readonly ticketId: string; readonly clock: ClockView }[]> {
    const rows = await this.clocks.allOf(tx, ticketIds);
    return Promise.all(
      rows.map(async (row) => ({ ticketId: row.ticketId, clock: await this.view(row) })),
    );
  }

  /** The promise in words for templates: "quarta-feira, 25 de novembro de 2026, até as 18h". */
  promiseInWords(dueAt: Date, zone: string): string {
    return promiseInWords(dueAt, zone);
  }

  private async endAll(
    tx: Tx,
    ticketId: string,
    which: (clock: RunningClock) => boolean,
    end: ClockEnd,
  ): Promise<DeadlineSummary> {
    const running = await this.clocks.lockRunning(tx, ticketId);
    for (const clock of running.filter(which)) await this.endClock.run(tx, clock, end);
    return summaryOf(running.filter((clock) => !which(clock)));
  }

  private async view(row: ClockRow): Promise<ClockView> {
    const version = await this.calendars.read(row.calendarVersionId);
    const calendar = businessCalendar(version.definition);
    const { businessDays, businessMinutes, counting } = row.policy;
    return {
      id: row.id,
      kind: row.kind,
      state: row.state,
      policy: {
        key: row.policyKey,
        ...(businessDays === undefined ? {} : { businessDays }),
        ...(businessMinutes === undefined ? {} : { businessMinutes }),
        ...(counting === undefined ? {} : { counting }),
        version: row.policyVersion,
      },
      startedAt: row.startedAt,
      dueAt: row.dueAt,
      endedAt: row.endedAt,
      calendar: { name: version.name, version: version.version, zone: calendar.zone },
      pauses: row.pauses,
      promise: promiseInWords(row.dueAt, calendar.zone),
      ...countPromise(calendar, row.policy, { ...row, pauses: ended(row.pauses, row.dueAt) }),
    };
  }
}

/** A pause that goes on has moved nothing yet. */
function ended(pauses: ClockRow['pauses'], dueAt: Date): Pause[] {
  return pauses.flatMap(({ from, to }) =>
    to === null || new Date(from) > dueAt ? [] : [{ from: new Date(from), to: new Date(to) }],
  );
}
