import { decideReason, queueFor } from '../../../contact-reasons/index.js';
import { PASS } from '../decision.js';
import { reasonMarks } from '../reason-marks.js';
import type { EarlierCopy, Filter } from '../message-context.js';

/** Dispositions whose copy in another mailbox opens that mailbox's twin (D25). */
const OPENED: readonly EarlierCopy['disposition'][] = [
  'ticket_opened',
  'twin',
  'follow_up',
  'spam_suspected',
];

/**
 * One message in several mailboxes, or twice in one (D25): a later copy joins the twin of the mailbox it arrived in; in
 * the same queue it is a `duplicate`; a copy that no recipient header announced (Bcc) opens its twin now.
 */
export const earlierCopy: Filter = {
  name: 'earlier-copy',
  run(mail, context) {
    const copy = context.copies.find(({ ticketId }) => ticketId !== null) ?? context.copies[0];
    if (copy === undefined) {
      return context.messageIdSeenBefore
        ? {
            verdict: 'noted',
            evidence: { messageIdSeenBefore: true },
            learned: { marks: ['message_id_repetido'] },
          }
        : PASS;
    }
    const evidence = {
      intakeId: copy.intakeId,
      mailbox: copy.mailboxKey,
      disposition: copy.disposition,
    };
    const record = (
      disposition: 'duplicate' | 'twin',
      ticketId: string | null,
    ): ReturnType<Filter['run']> => ({
      verdict: 'decided',
      evidence,
      plan: { kind: 'record', disposition, ticketId },
    });
    if (
      copy.mailboxKey === context.mailboxKey ||
      copy.tickets.length === 0 ||
      !OPENED.includes(copy.disposition)
    ) {
      return record('duplicate', copy.ticketId);
    }
    const reason = decideReason(reasonMarks(mail, context), context.config.reasons);
    const queueKey =
      queueFor(reason, context.mailbox.queue, context.config) ?? context.mailbox.queue;
    const here =
      copy.tickets.find(({ mailboxKey }) => mailboxKey === context.mailboxKey) ??
      copy.tickets.find((ticket) => ticket.queueKey === queueKey);
    if (here !== undefined) {
      const first = copy.tickets.find(({ ticketId }) => ticketId === copy.ticketId);
      return record(first?.queueKey === here.queueKey ? 'duplicate' : 'twin', here.ticketId);
    }
    return {
      verdict: 'decided',
      evidence,
      plan: {
        kind: 'open',
        twins: [],
        twinOf: copy.ticketId,
        ticket: {
          lane: 'inbox',
          marks: [],
          fromPerson: copy.disposition !== 'spam_suspected',
          acknowledge: { no: 'acknowledged with its twin' },
          reason,
          queueKey,
        },
      },
    };
  },
};
