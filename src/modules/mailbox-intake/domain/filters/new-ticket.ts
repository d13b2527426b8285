import { decideReason, queueFor } from '../../../contact-reasons/index.js';
import type { Plan } from '../decision.js';
import type { Filter, MessageContext } from '../message-context.js';
import type { ParsedMail } from '../parsed-mail.js';
import { reasonMarks } from '../reason-marks.js';
import { planTicket } from '../ticket-plan.js';

/** What nothing else has claimed is a new request (D1), with a twin for every further mailbox it was written to (D25). */
export const newTicket: Filter = {
  name: 'new-ticket',
  run(mail, context) {
    const ticket = planTicket(mail, context);
    const twins = ticket.lane === 'inbox' ? twinsOf(mail, context, ticket.queueKey) : [];
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

type Twins = Extract<Plan, { kind: 'open' }>['twins'];

/** One twin a queue: the other mailboxes of ours that To and Cc name, each with the reason it would have decided. */
function twinsOf(mail: ParsedMail, context: MessageContext, queueKey: string): Twins {
  const queues = new Set([queueKey]);
  const twins: Twins[number][] = [];
  for (const { address } of [...mail.to, ...mail.cc]) {
    const mailboxKey = context.own.mailboxOf(address);
    const mailbox = mailboxKey === null ? undefined : context.config.mailboxes[mailboxKey];
    if (
      mailboxKey === null ||
      mailbox === undefined ||
      mailbox.retired ||
      mailboxKey === context.mailboxKey
    )
      continue;
    const reason = decideReason(
      reasonMarks(mail, { ...context, mailboxKey, mailbox }),
      context.config.reasons,
    );
    const queue = queueFor(reason, mailbox.queue, context.config) ?? mailbox.queue;
    if (queues.has(queue)) continue;
    queues.add(queue);
    twins.push({ queueKey: queue, mailboxKey, reason });
  }
  return twins;
}
