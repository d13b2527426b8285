import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';
import { readReceiptOf } from '../returned/read-receipt-of.js';

/** Read receipts (RFC 8098): kept with the ticket they are about, else only recorded. */
export const readReceipt: Filter = {
  name: 'read-receipt',
  run(mail, context) {
    const receipt = readReceiptOf(mail);
    const ticketId = context.returned?.ticketId ?? context.proofs[0]?.ticket.ticketId ?? null;
    // Without a report there are words alone: only about a mail of ours are they a receipt.
    if (receipt === null || (!receipt.report && ticketId === null)) return PASS;
    return {
      verdict: 'decided',
      evidence: { why: receipt.why, disposition: receipt.disposition },
      plan:
        ticketId === null
          ? { kind: 'record', disposition: 'receipt', ticketId: null }
          : { kind: 'machine', ticketId, what: 'receipt', meaning: receipt.meaning, mark: null },
    };
  },
};
