import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';
import { machineProof } from '../thread.js';

/**
 * An automatic message that answers something of ours (vacation notice, another desk's acknowledgement): recorded on
 * the ticket, changing neither status nor clock (D13, D21). List mail may be a person's answer through a list.
 */
export const automaticAnswer: Filter = {
  name: 'automatic-answer',
  run(_mail, context) {
    const why = context.findings.automatic;
    if (why === null || /^(list-|precedence: list|feedback-id)/i.test(why)) return PASS;
    const proof = machineProof(context);
    if (proof === null) return PASS;
    return {
      verdict: 'decided',
      evidence: { why, by: proof.by, ticketId: proof.ticket.ticketId },
      plan: { kind: 'machine', ticketId: proof.ticket.ticketId, what: 'auto_reply' },
    };
  },
};
