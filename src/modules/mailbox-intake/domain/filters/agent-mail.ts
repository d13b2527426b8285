import { PASS } from '../decision.js';
import type { Filter, MessageContext } from '../message-context.js';
import { ourOwnList } from './sender.js';

/**
 * Mail from one of our people about a ticket (D24): with passing authentication an answer given outside; without it
 * waits on the ticket, because a From is written by anybody. Who asked for the ticket writes on it like any requester,
 * and so does whom the sender filter found behind an address of ours: a group that rewrites the From proves our domain,
 * not one of our people (D26).
 */
export const agentMail: Filter = {
  name: 'agent-mail',
  run(mail, context) {
    const from = mail.from?.address.toLowerCase() ?? '';
    const [proof] = context.proofs;
    if (proof === undefined || !isAgent(from, context)) return PASS;
    const { why } = context.findings.sender;
    if (why === 'reply_to' || why === 'x_original_from' || ourOwnList(mail, context)) return PASS;
    const { ticketId, requesters } = proof.ticket;
    if (requesters.includes(from)) return PASS;
    const { source, dmarc, fromProven } = context.authentication;
    const evidence = { by: proof.by, found: proof.found, ticketId, source, dmarc, fromProven };
    if (fromProven) return { verdict: 'decided', evidence, plan: { kind: 'outside', ticketId } };
    return {
      verdict: 'decided',
      evidence,
      plan: {
        kind: 'third_party',
        ticketId,
        why: 'address of an agent without passing authentication',
      },
    };
  },
};

/** A configured agent address, or a mailbox's own (an answer from another program that copies the mailbox). */
export function isAgent(
  from: string,
  { config, own }: Pick<MessageContext, 'config' | 'own'>,
): boolean {
  return config.company.agentAddresses.includes(from) || own.includes(from);
}
