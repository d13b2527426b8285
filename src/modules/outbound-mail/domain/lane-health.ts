import type { SendOutcome } from '../../mailboxes/index.js';

/** How sending of one mailbox fares in this process. */
export type LaneHealth =
  | { readonly kind: 'ok' }
  /** The server cannot be reached or turns everybody away: tried again soon, one mail at a time. */
  | {
      readonly kind: 'failing';
      readonly faults: number;
      readonly retryAt: Date;
      readonly error: string;
    }
  /** The server refuses us as a client (5xx at greeting, AUTH, MAIL FROM; TLS): rows wait, a person must look. */
  | {
      readonly kind: 'stopped';
      readonly faults: number;
      readonly retryAt: Date;
      readonly error: string;
    };

const STOPPED_SECONDS = [30, 60, 120, 300, 900];
const FAILING_SECONDS = [1, 2, 4, 8, 15, 30, 60];
/** From this many faults in a row on, an unreachable server is an alarm (about a minute). */
export const ALARMING_FAULTS = 6;

/** 421: the server closes its doors for now (RFC 5321 §3.8), which is about the server and not about the mail. */
const SERVICE_NOT_AVAILABLE = 421;

/**
 * The lane's health after an outcome. Outcomes of sends that had begun before the last fault count with it and not as
 * further faults, so that four connections that break together are one fault.
 */
export function healthAfter(
  health: LaneHealth,
  outcome: SendOutcome,
  begunAt: Date,
  now: Date,
): LaneHealth {
  const stopped = outcome.kind === 'mailbox_stopped';
  const unreachable =
    outcome.kind === 'temporary' &&
    (outcome.code === null || outcome.code === SERVICE_NOT_AVAILABLE);
  if (!stopped && !unreachable) return outcome.kind === 'unknown' ? health : { kind: 'ok' };
  const kind = stopped ? 'stopped' : 'failing';
  if (health.kind === kind && begunAt < health.retryAt) return health;
  // Already stopped: an unreachable server does not make it better.
  if (health.kind === 'stopped' && !stopped && begunAt < health.retryAt) return health;
  const faults = health.kind === kind ? health.faults + 1 : 1;
  const schedule = stopped ? STOPPED_SECONDS : FAILING_SECONDS;
  const seconds = schedule[Math.min(faults, schedule.length) - 1]!;
  return {
    kind,
    faults,
    retryAt: new Date(now.getTime() + seconds * 1_000),
    error: outcome.response,
  };
}

/** How many mails may be begun now: all free slots, none during a pause, a single one to find out afterwards. */
export function slotsAllowed(
  health: LaneHealth,
  inFlight: number,
  maxConnections: number,
  now: Date,
): number {
  if (health.kind === 'ok') return Math.max(0, maxConnections - inFlight);
  return now >= health.retryAt && inFlight === 0 ? 1 : 0;
}
