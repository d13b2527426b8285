import { decideReason, proposalIn, queueFor } from '../../contact-reasons/index.js';
import type { TicketPlan, TwinPlans } from './decision.js';
import type { MessageContext } from './message-context.js';
import { ATTACHMENTS_LEFT_OUT, type ParsedMail } from './parsed-mail.js';
import { reasonMarks } from './reason-marks.js';

/** The mark of a ticket whose message stayed on the server for its size: the acknowledgement asks for a link (D27). */
const OVER_SIZE_MARK = 'acima_do_limite';
/** The mark of a ticket whose message has more attachments than are kept one by one; its text says so as well. */
const LEFT_OUT_MARK = 'anexos_incompletos';

/** The ticket that a message opens in the mailbox it arrived in: reason and queue (D4), lane, acknowledgement (D21, D23). */
export function planTicket(mail: ParsedMail, context: MessageContext): TicketPlan {
  const { suspected, automatic, silent, marks } = context.findings;
  const { config, reasonClassifier } = context;
  const reason = decideReason(reasonMarks(mail, context), config.reasons, reasonClassifier);
  const elsewhere = [reason.key, proposalIn(reason)?.key].find(
    (key) => key != null && config.reasons[key]?.action === 'redirect',
  );
  const no =
    suspected !== null
      ? `suspected spam: ${suspected}`
      : automatic !== null
        ? `automatic mail: ${automatic}`
        : silent;
  return {
    lane: suspected !== null ? 'suspected' : automatic !== null ? 'automatic' : 'inbox',
    marks: [
      ...(context.partial ? [OVER_SIZE_MARK] : []),
      ...(mail.problems.includes(ATTACHMENTS_LEFT_OUT) ? [LEFT_OUT_MARK] : []),
      ...marks,
      ...(elsewhere == null ? [] : [`propor_redirecionamento:${elsewhere}`]),
    ],
    fromPerson: automatic === null,
    acknowledge: no === null ? true : { no },
    reason,
    queueKey: queueFor(reason, context.mailbox.queue, config) ?? context.mailbox.queue,
  };
}

/**
 * One twin a queue (D25): the other mailboxes of ours that To and Cc name, each with the reason it would have decided.
 * None for what waits in a lane.
 */
export function twinPlans(
  mail: ParsedMail,
  context: MessageContext,
  ticket: TicketPlan,
): TwinPlans {
  if (ticket.lane !== 'inbox') return [];
  const queues = new Set([ticket.queueKey]);
  const twins: TwinPlans[number][] = [];
  for (const { address } of [...mail.to, ...mail.cc]) {
    const mailboxKey = context.own.mailboxOf(address);
    if (mailboxKey === null || mailboxKey === context.mailboxKey) continue;
    const mailbox = context.config.mailboxes[mailboxKey];
    if (mailbox === undefined || mailbox.retired) continue;
    const marks = reasonMarks(mail, { ...context, mailboxKey, mailbox });
    const reason = decideReason(marks, context.config.reasons, context.reasonClassifier);
    const queueKey = queueFor(reason, mailbox.queue, context.config) ?? mailbox.queue;
    if (queues.has(queueKey)) continue;
    queues.add(queueKey);
    twins.push({ queueKey, mailboxKey, reason });
  }
  return twins;
}
