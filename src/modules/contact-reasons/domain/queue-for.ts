import type { HelpdeskConfig } from '../../../config/index.js';
import type { ReasonDecision } from './decide-reason.js';

/** Decisions that a person took: only those may move something out of a private queue. */
const BY_PEOPLE: readonly ReasonDecision['decidedBy'][] = ['form', 'agent'];

/**
 * The queue of a new ticket (D4): the reason's queue wins over the mailbox's, but an automatic decision never moves
 * mail out of a private queue. `mailboxQueue` is null for what came through no mailbox.
 */
export function queueFor(
  reason: Pick<ReasonDecision, 'key' | 'decidedBy'>,
  mailboxQueue: string | null,
  config: Pick<HelpdeskConfig, 'queues' | 'reasons'>,
): string | null {
  const wanted = reason.key === null ? null : (config.reasons[reason.key]?.queue ?? null);
  if (wanted === null || mailboxQueue === null) return wanted ?? mailboxQueue;
  const leavesPrivate = config.queues[mailboxQueue]?.private === true && wanted !== mailboxQueue;
  return leavesPrivate && !BY_PEOPLE.includes(reason.decidedBy) ? mailboxQueue : wanted;
}
