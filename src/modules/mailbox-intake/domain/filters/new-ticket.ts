import type { Filter } from '../message-context.js';
import { planTicket, twinPlans } from '../ticket-plan.js';

/** What nothing else has claimed is a new request (D1), with a twin for every further mailbox it was written to (D25). */
export const newTicket: Filter = {
  name: 'new-ticket',
  run(mail, context) {
    const ticket = planTicket(mail, context);
    const twins = twinPlans(mail, context, ticket);
    return {
      verdict: 'decided',
      evidence: {
        reason: ticket.reason.key,
        decidedBy: ticket.reason.decidedBy,
        confidence: ticket.reason.confidence,
        queue: ticket.queueKey,
        lane: ticket.lane,
        ...(ticket.acknowledge === true ? {} : { notAcknowledged: ticket.acknowledge.no }),
        ...(twins.length === 0 ? {} : { twins: twins.map(({ queueKey }) => queueKey) }),
      },
      plan: { kind: 'open', ticket, twins, twinOf: null },
    };
  },
};
