const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses after the first, second, … failed attempt; the last one repeats. */
const PAUSES_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
/** From the event on, or from a person's word to try again. A receiver that is away for a long weekend still gets everything. */
export const GIVE_UP_AFTER_MS = 72 * HOUR_MS;

/**
 * When to try again after attempt number `attempts` (from 1) failed at `now`; null: never again. `retryAfterMs` is what the
 * receiver asked for, heeded up to the longest pause.
 */
export function nextAttemptAt(
  attempts: number,
  giveUpAt: Date,
  now: Date,
  retryAfterMs: number | null = null,
): Date | null {
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? MINUTE_MS;
  const asked = Math.min(retryAfterMs ?? 0, PAUSES_MS.at(-1)!);
  const next = now.getTime() + Math.max(pause, asked);
  return next > giveUpAt.getTime() ? null : new Date(next);
}
