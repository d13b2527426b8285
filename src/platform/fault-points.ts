/** Steps between which a process may die. The fault laboratory stops processes at each; nobody else listens. */
export type FaultPoint =
  /** Bytes fetched and durable, no row names them yet. */
  | 'intake.fetched'
  /** Rows and cursor written, transaction open. */
  | 'intake.recording'
  | 'intake.recorded'
  /** The attempt is counted and committed, nothing is parsed. */
  | 'intake.begun'
  | 'intake.parsed'
  /** Ticket, clock, acknowledgement and journal written, transaction open. */
  | 'intake.acting'
  | 'intake.acted'
  /** Flagged or moved on the server, not recorded as done. */
  | 'server.acted'
  | 'server.recorded'
  /** Rows claimed, transaction open. */
  | 'outbox.claiming'
  /** Rows are `sending`, nothing is on the wire. */
  | 'outbox.claimed'
  /** The server has answered, nothing is recorded. */
  | 'outbox.answered'
  | 'outbox.recorded'
  /** Our copy is in Sent, nothing is recorded. */
  | 'outbox.copied'
  | 'outbox.copy_recorded'
  /** A subscriber has done its work, transaction open. */
  | 'event.handling'
  | 'event.handled';

let listener: ((point: FaultPoint) => void) | null = null;

/** Passed at every named step; costs a comparison where nobody listens. */
export function faultPoint(point: FaultPoint): void {
  listener?.(point);
}

/** Has `heard` called at every step from now on. The product never calls this. */
export function listenToFaultPoints(heard: (point: FaultPoint) => void): void {
  listener = heard;
}
