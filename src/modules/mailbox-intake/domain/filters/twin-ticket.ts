import { placeOfCopy } from '../copies.js';
import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';
import { planTicket } from '../ticket-plan.js';

/**
 * A copy that no recipient header announced (Bcc), or whose first copy went another way, opens its queue's twin now
 * (D25): requester, lane and clock are its own (D17, D23, D26); only the acknowledgement was the first copy's, unless
 * that one had none because it was suspected.
 */
export const twinTicket: Filter = {
  name: 'twin-ticket',
  run(mail, context) {
    const place = placeOfCopy(mail, context);
    if (place?.kind !== 'open') return PASS;
    // The first copy opened a follow-up, and the resolved ticket has its twin here: the message belongs on that one.
    if (context.proofs.length > 0) return PASS;
    const ticket = planTicket(mail, context);
    const acknowledged = ticket.acknowledge === true && place.copy.disposition !== 'spam_suspected';
    return {
      verdict: 'decided',
      evidence: { twinOf: place.twinOf, queue: ticket.queueKey, lane: ticket.lane },
      plan: {
        kind: 'open',
        ticket: acknowledged
          ? { ...ticket, acknowledge: { no: 'acknowledged with its twin' } }
          : ticket,
        twins: [],
        twinOf: place.twinOf,
      },
    };
  },
};
