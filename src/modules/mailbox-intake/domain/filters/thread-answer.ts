import { PASS } from '../decision.js';
import { joinableProof } from '../thread.js';
import type { Filter } from '../message-context.js';

/** A participant's answer on a ticket that is not resolved joins it (D26). */
export const threadAnswer: Filter = {
  name: 'thread-answer',
  run(_mail, context) {
    const proof = joinableProof(context);
    if (proof === null) return PASS;
    const { ticketId } = proof.ticket;
    return {
      verdict: 'decided',
      evidence: { by: proof.by, found: proof.found, ticketId },
      plan: { kind: 'join', ticketId, reopen: false },
    };
  },
};
