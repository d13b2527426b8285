import { defineEvent, type Tx } from '../../platform/index.js';

/** What the choice of a promise depends on (D19: tag → reason → queue → mailbox → default). */
export interface PolicyContext {
  readonly tags: readonly string[];
  readonly reasonKey: string | null;
  readonly queueKey: string;
  readonly mailboxKey: string | null;
}

/** The ticket's deadline as lists show it: the earliest running clock; all null when none runs. */
export interface DeadlineSummary {
  readonly dueAt: Date | null;
  readonly kind: 'first_return' | 'next_return' | 'resolution' | null;
  readonly breached: boolean;
}

/** One clock with its explanation, for GET …/deadlines. */
export interface ClockView {
  readonly id: string;
  readonly kind: 'first_return' | 'next_return' | 'resolution';
  readonly state: 'running' | 'paused' | 'met' | 'breached' | 'cancelled';
  readonly policy: { readonly key: string; readonly businessDays?: number; readonly businessMinutes?: number };
  readonly startedAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly calendar: { readonly name: string; readonly version: number; readonly zone: string };
  /** Civil days YYYY-MM-DD. */
  readonly daysCounted: readonly string[];
  readonly daysSkipped: readonly { readonly date: string; readonly why: string }[];
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
  /** One pt-BR sentence a customer would accept, and the same in English. */
  readonly explanation: { readonly ptBR: string; readonly en: string };
}

/** Published once per clock, in the transaction that marks it (D19). */
export const slaWarned = defineEvent<{ clockId: string; ticketId: string; dueAt: string }>('sla.warned');
export const slaBreached = defineEvent<{ clockId: string; ticketId: string; dueAt: string }>('sla.breached');

/**
 * Clocks (D13–D19). Every method changes the ticket's clocks in `tx` and returns the ticket's new summary, which
 * the caller writes to `tickets.due_at/due_kind/breached` in the same transaction.
 */
export class Sla {
  /**
   * A customer message that wants an answer: starts the return clock unless one runs (D13). `first` for a ticket
   * never answered by a person. `startedAt` is the message's receivedAt.
   */
  customerMessage(
    _tx: Tx,
    _input: { ticketId: string; messageId: string; startedAt: Date; first: boolean; calendar: string; policy: PolicyContext },
  ): Promise<DeadlineSummary> {
    throw new Error('unwritten');
  }

  /**
   * A human answer was accepted by SMTP (or given elsewhere) at `acceptedAt`: ends the running return clock as met or,
   * after its due instant, leaves it breached and ended. Customer messages younger than `coversUntil` (the instant the
   * answer was sent by the agent) start a clock of their own from the oldest one's receivedAt; `then: open` starts one at
   * `acceptedAt` (D9, D19).
   */
  answered(
    _tx: Tx,
    _input: {
      ticketId: string;
      messageId: string;
      acceptedAt: Date;
      oldestUncovered: { messageId: string; receivedAt: Date } | null;
      thenOpen: boolean;
      calendar: string;
      policy: PolicyContext;
    },
  ): Promise<DeadlineSummary> {
    throw new Error('unwritten');
  }

  /** The answer came back within 5 × 24 h: restores the clock it ended, with its due date; breach at once if passed (D19). */
  answerReturned(_tx: Tx, _input: { ticketId: string; messageId: string; at: Date }): Promise<DeadlineSummary> {
    throw new Error('unwritten');
  }

  /** Resolved without an answer, merged, rejected…: cancels running return clocks (D17). */
  cancelReturn(_tx: Tx, _input: { ticketId: string; at: Date; reason: string }): Promise<DeadlineSummary> {
    throw new Error('unwritten');
  }

  /** Escalation: starts the resolution clock unless one runs (D14); from analysts to product the earlier due date stays. */
  escalated(
    _tx: Tx,
    _input: { ticketId: string; at: Date; calendar: string; policy: PolicyContext },
  ): Promise<DeadlineSummary & { readonly resolutionDueAt: Date }> {
    throw new Error('unwritten');
  }

  /** Resolved or handed back: ends the resolution clock (D14). */
  resolutionEnded(_tx: Tx, _input: { ticketId: string; at: Date; reason: 'resolved' | 'handed_back' }): Promise<DeadlineSummary> {
    throw new Error('unwritten');
  }

  /** All clocks of a ticket, oldest first, each with its explanation. */
  clocksOf(_ticketId: string): Promise<ClockView[]> {
    throw new Error('unwritten');
  }

  /** The promise in words for templates: "quarta-feira, 25 de novembro, até as 18h". */
  promiseInWords(_dueAt: Date, _zone: string): string {
    throw new Error('unwritten');
  }
}
