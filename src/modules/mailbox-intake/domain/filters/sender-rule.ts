import { PASS } from '../decision.js';
import type { Filter, MessageContext, ThreadProof } from '../message-context.js';
import { joinableProof, takesPart } from '../thread.js';

/**
 * Who may join a ticket (D26): proof and a sender who takes part, without DMARC failure. With proof by our own
 * Message-ID but another sender the message waits on the ticket, or on its open follow-up; with a subject number alone,
 * or where the ticket is resolved and runs no clock (D17), it becomes a ticket of its own, marked "pode ser sobre N".
 */
export const senderRule: Filter = {
  name: 'sender-rule',
  run(_mail, context) {
    const [proof] = context.proofs;
    if (proof === undefined) return PASS;
    const part = takesPart(context, proof);
    const { dmarcFailed, suspected } = context.findings;
    const evidence = {
      by: proof.by,
      ticketId: proof.ticket.ticketId,
      takesPart: part,
      dmarcFailed,
      suspected,
    };
    if (joinableProof(context) !== null) return { verdict: 'pass', evidence };
    const ticketId = waitsOn(context, proof);
    if (ticketId === null) {
      return {
        verdict: 'noted',
        evidence,
        learned: { marks: [`pode_ser_sobre:${proof.ticket.ticketId}`] },
      };
    }
    const why = !part
      ? 'sender takes no part in the ticket'
      : dmarcFailed
        ? 'DMARC fail'
        : 'suspected spam with only a subject number';
    return { verdict: 'decided', evidence, plan: { kind: 'third_party', ticketId, why } };
  },
};

/** The ticket on which the message waits for an agent's word; null where a ticket of its own is better. */
function waitsOn(context: MessageContext, proof: ThreadProof): string | null {
  const { by, ticket } = proof;
  const { dmarcFailed } = context.findings;
  if (by === 'subject_protocol' && (dmarcFailed || !takesPart(context, proof))) return null;
  return ticket.status === 'resolved' ? ticket.openFollowUp : ticket.ticketId;
}
