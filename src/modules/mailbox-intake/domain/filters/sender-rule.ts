import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

/**
 * Who may join a ticket (D26): proof and a sender who takes part, without DMARC failure. With proof by our own
 * Message-ID but another sender the message waits on the ticket; with a subject number alone it becomes a ticket of
 * its own, marked "pode ser sobre N".
 */
export const senderRule: Filter = {
  name: 'sender-rule',
  run(_mail, context) {
    const [proof] = context.proofs;
    if (proof === undefined) return PASS;
    const { sender, dmarcFailed } = context.findings;
    const address = sender.from?.address.toLowerCase() ?? null;
    const takesPart = address !== null && proof.ticket.participants.includes(address);
    const evidence = { by: proof.by, ticketId: proof.ticket.ticketId, takesPart, dmarcFailed };
    if (takesPart && !dmarcFailed) return { verdict: 'pass', evidence };
    if (proof.by === 'subject_protocol') {
      return {
        verdict: 'noted',
        evidence,
        learned: { marks: [`pode_ser_sobre:${proof.ticket.ticketId}`] },
      };
    }
    const why = !takesPart ? 'sender takes no part in the ticket' : 'DMARC fail';
    return {
      verdict: 'decided',
      evidence,
      plan: { kind: 'third_party', ticketId: proof.ticket.ticketId, why },
    };
  },
};
