import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

/** Read receipts (RFC 8098): kept with the ticket they are about, else only recorded. */
export const readReceipt: Filter = {
  name: 'read-receipt',
  run(mail, context) {
    if (mail.report?.type !== 'disposition-notification') return PASS;
    const ticketId = context.returned?.ticketId ?? context.proofs[0]?.ticket.ticketId ?? null;
    return {
      verdict: 'decided',
      evidence: { report: 'disposition-notification' },
      plan:
        ticketId === null
          ? { kind: 'record', disposition: 'receipt', ticketId: null }
          : { kind: 'machine', ticketId, what: 'receipt' },
    };
  },
};
