import type { Disposition, Plan } from './decision.js';

/** The disposition that carrying out a plan gives the message. */
export function dispositionOfPlan(plan: Plan): Disposition {
  switch (plan.kind) {
    case 'record':
      return plan.disposition;
    case 'canary':
      return 'canary';
    case 'own_copy':
      return 'own';
    case 'join':
    case 'outside':
      return 'ticket_reply';
    case 'courtesy':
      return 'courtesy';
    case 'feedback':
      return 'feedback';
    case 'third_party':
      return 'third_party_pending';
    case 'machine':
      return plan.what;
    case 'bounce':
      return 'bounce';
    case 'bulk_list':
      return 'bulk_list';
    case 'follow_up':
      return 'follow_up';
    case 'open':
      if (plan.twinOf !== null) return 'twin';
      return plan.ticket.lane === 'suspected' ? 'spam_suspected' : 'ticket_opened';
  }
}

/** The existing ticket that a plan is about; null where it opens one or is about none. */
export function ticketOfPlan(plan: Plan): string | null {
  return 'ticketId' in plan ? plan.ticketId : null;
}
