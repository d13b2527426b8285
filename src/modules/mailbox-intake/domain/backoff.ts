const FIRST_MS = 1_000;
const LIMIT_MS = 300_000;

/** From this many failures in a row on, a person should look. */
export const ALARM_AFTER_FAILURES = 3;

/**
 * How long a mailbox waits before its next attempt: doubling from one second to five minutes, with jitter (`random` in
 * [0, 1)) between half and the whole, so that many mailboxes of one server do not come back at once.
 */
export function backoffMs(failuresInARow: number, random: number): number {
  const full = Math.min(LIMIT_MS, FIRST_MS * 2 ** Math.min(20, Math.max(0, failuresInARow - 1)));
  return Math.round(full * (0.5 + random / 2));
}
