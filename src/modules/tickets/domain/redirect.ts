import type { HelpdeskConfig } from '../../../config/index.js';

interface Reason {
  readonly key: string | null;
  readonly decidedBy: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

const EXPLICIT = ['form', 'sub_address', 'subject_tag'];

/** An exact clue (D5): the customer's own mark, or a configured phrase or sender; a single word is a guess. */
export function isExactClue(reason: Reason): boolean {
  if (EXPLICIT.includes(reason.decidedBy)) return true;
  const clues = reason.evidence['clues'];
  return (
    reason.decidedBy === 'clues' &&
    Array.isArray(clues) &&
    clues.some((clue: unknown) => {
      const kind = (clue as { kind?: unknown } | null)?.kind;
      return kind === 'phrase' || kind === 'sender';
    })
  );
}

/** Whether the reason points to another channel at all: agents see the proposal on the ticket (D5). */
export function redirects(
  reason: Pick<Reason, 'key'>,
  config: Pick<HelpdeskConfig, 'reasons'>,
): boolean {
  const configured = reason.key === null ? undefined : config.reasons[reason.key];
  return configured?.action === 'redirect' && (configured.redirectText ?? '') !== '';
}

/** Whether the customer may be pointed there without an agent: only where the mailbox allows it, on an exact clue (D5). */
export function redirectsNow(
  reason: Reason,
  mailboxKey: string | null,
  config: Pick<HelpdeskConfig, 'reasons' | 'mailboxes'>,
): boolean {
  return (
    mailboxKey !== null &&
    config.mailboxes[mailboxKey]?.redirectAutomatically === true &&
    redirects(reason, config) &&
    isExactClue(reason)
  );
}
