import { bareScore, isBareThanks } from '../bare-thanks.js';
import { PASS, type TicketPlan } from '../decision.js';
import { joinableProof } from '../thread.js';
import { planTicket, twinPlans } from '../ticket-plan.js';
import type { Filter, MessageContext, ThreadProof } from '../message-context.js';

const DAY_MS = 86_400_000;

/**
 * Mail on a resolved ticket (D9): to its open follow-up where one exists; bare thanks stay as
 * `courtesy`, a bare score is feedback (D12); within the
 * mailbox's reopen window it reopens; else it opens a linked follow-up.
 */
export const resolvedTicket: Filter = {
  name: 'resolved-ticket',
  run(mail, context) {
    const proof = joinableProof(context);
    if (proof === null || proof.ticket.status !== 'resolved') return PASS;
    const { ticketId, resolvedAt, openFollowUp, outsiders } = proof.ticket;
    // A side conversation goes on whatever the ticket's status.
    if (outsiders.includes(context.findings.sender.from?.address.toLowerCase() ?? '')) return PASS;
    if (isBareThanks(mail)) {
      return {
        verdict: 'decided',
        evidence: { ticketId, thanks: true },
        plan: { kind: 'courtesy', ticketId },
      };
    }
    const score = bareScore(mail);
    if (score !== null && openFollowUp === null) {
      return {
        verdict: 'decided',
        evidence: { ticketId, score },
        plan: { kind: 'feedback', ticketId, score },
      };
    }
    if (openFollowUp !== null) {
      return {
        verdict: 'decided',
        evidence: { ticketId, openFollowUp },
        plan: { kind: 'join', ticketId: openFollowUp, reopen: false },
      };
    }
    const windowMs = context.mailbox.reopenWindowDays * DAY_MS;
    const sinceMs =
      resolvedAt === null
        ? Number.POSITIVE_INFINITY
        : context.receivedAt.getTime() - resolvedAt.getTime();
    if (windowMs > 0 && sinceMs <= windowMs) {
      return {
        verdict: 'decided',
        evidence: { ticketId, reopenWindow: true },
        plan: { kind: 'join', ticketId, reopen: true },
      };
    }
    const ticket = inItsPrivateQueue(planTicket(mail, context), proof, context);
    // A mailbox where the resolved ticket has a twin gets its copy into that one (D25).
    const twins = twinPlans(mail, context, ticket).filter(
      ({ mailboxKey }) => !proof.ticket.twinMailboxes.includes(mailboxKey),
    );
    return {
      verdict: 'decided',
      evidence: {
        ticketId,
        ...(twins.length === 0 ? {} : { twins: twins.map(({ queueKey }) => queueKey) }),
      },
      plan: { kind: 'follow_up', of: ticketId, ticket, twins },
    };
  },
};

/** What goes on with a private queue's ticket stays there, whichever of our addresses it was written to (D4, D20). */
function inItsPrivateQueue(
  plan: TicketPlan,
  { ticket }: ThreadProof,
  { config }: MessageContext,
): TicketPlan {
  return config.queues[ticket.queueKey]?.private === true
    ? { ...plan, queueKey: ticket.queueKey }
    : plan;
}
