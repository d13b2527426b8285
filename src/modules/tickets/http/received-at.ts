import { AppError } from '../../../platform/index.js';

const DAY_MS = 86_400_000;
/** Clocks of two machines differ a little. */
const AHEAD_MS = 5 * 60_000;
const BACK_MS = 366 * DAY_MS;

/**
 * When a customer called, as an agent typed it (D15): a deadline counts from it, so it lies neither ahead nor so far
 * back that it can only be a slip. AppError `validation_failed` naming `receivedAt`.
 */
export function receivedAtOf(text: string, now: Date): Date {
  const at = new Date(text);
  const ahead = at.getTime() - now.getTime();
  if (ahead >= -BACK_MS && ahead <= AHEAD_MS) return at;
  throw new AppError('validation_failed', {
    fields: [
      {
        path: 'receivedAt',
        reason: ahead > 0 ? 'must not be in the future' : 'must be at most a year ago',
      },
    ],
  });
}
