/**
 * `resolution` is that of an escalation (D14), `overall_resolution` that of the ticket; `internal_…` are targets that no
 * customer is told.
 */
export const CLOCK_KINDS = [
  'first_return',
  'next_return',
  'resolution',
  'overall_resolution',
  'internal_return',
  'internal_resolution',
] as const;
export type ClockKind = (typeof CLOCK_KINDS)[number];
export type ClockState = 'running' | 'paused' | 'met' | 'breached' | 'cancelled';

/** The ticket's deadline as lists show it: the earliest running clock; all null when none runs. */
export interface DeadlineSummary {
  readonly dueAt: Date | null;
  readonly kind: ClockKind | null;
  readonly breached: boolean;
}

/** What decisions about a clock that has not ended need. */
export interface RunningClock {
  readonly id: string;
  readonly ticketId: string;
  readonly kind: ClockKind;
  readonly startedAt: Date;
  readonly startedByMessageId: string | null;
  readonly dueAt: Date;
  readonly paused: boolean;
  /** Counted in business time and of a sort that waits while the customer is to answer (D16). */
  readonly pausable: boolean;
  /** When the breach was published; a breached clock goes on until what it promised is done. */
  readonly breachedAt: Date | null;
}

/** A hard bounce within this time revokes the answer (D19): five days by the wall clock. */
export const ANSWER_REVOCABLE_MS = 5 * 24 * 60 * 60 * 1000;

type OfKind = { readonly kind: ClockKind };

/** The promise of an answer (D13): at most one runs. */
export function isReturn({ kind }: OfKind): boolean {
  return kind === 'first_return' || kind === 'next_return';
}

/** Ended by an answer: the return clock and the internal target beside it. */
export function endsWithAnswer(clock: OfKind): boolean {
  return isReturn(clock) || clock.kind === 'internal_return';
}

/** Ended by resolving the ticket. */
export function endsWithTicket({ kind }: OfKind): boolean {
  return kind === 'overall_resolution' || kind === 'internal_resolution';
}

function isPromise({ kind }: OfKind): boolean {
  return kind !== 'internal_return' && kind !== 'internal_resolution';
}

/** The earliest of the promises that run: internal targets are nobody's promise, and what is paused is not due. */
export function summaryOf(clocks: readonly RunningClock[]): DeadlineSummary {
  const running = clocks.filter((clock) => isPromise(clock) && !clock.paused);
  const [first] = [...running].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  return first === undefined
    ? { dueAt: null, kind: null, breached: false }
    : { dueAt: first.dueAt, kind: first.kind, breached: first.breachedAt !== null };
}

/**
 * How a clock ends at `at` (D19): kept at or before the due instant, breached after it — whether or not the watcher had
 * come by. What is called off in time is `cancelled`; what is called off late stays a breach.
 */
export function endState(
  dueAt: Date,
  at: Date,
  outcome: 'kept' | 'called_off',
): 'met' | 'cancelled' | 'breached' {
  if (at > dueAt) return 'breached';
  return outcome === 'kept' ? 'met' : 'cancelled';
}

/**
 * Whether an answer covers what this return clock was started by (D19): not where the clock belongs to a message that came
 * after the answer had been written.
 */
export function isCovered(
  clock: RunningClock,
  oldestUncovered: { readonly messageId: string; readonly receivedAt: Date } | null,
): boolean {
  return (
    oldestUncovered === null ||
    (clock.startedByMessageId !== oldestUncovered.messageId &&
      clock.startedAt < oldestUncovered.receivedAt)
  );
}
