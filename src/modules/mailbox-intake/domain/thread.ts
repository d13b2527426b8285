import type { MessageContext, ThreadProof } from './message-context.js';

/**
 * The proof by which the message may join: its sender takes part and DMARC did not fail (D26); null otherwise. A number
 * in the subject can be guessed and a From written by anybody: together with the server's suspicion they prove nothing.
 */
export function joinableProof(context: MessageContext): ThreadProof | null {
  const [proof] = context.proofs;
  const { dmarcFailed, suspected } = context.findings;
  if (proof === undefined || dmarcFailed || !takesPart(context, proof)) return null;
  return proof.by === 'subject_protocol' && suspected !== null ? null : proof;
}

/** Whether the sender found so far is a participant of the ticket. */
export function takesPart(context: MessageContext, proof: ThreadProof): boolean {
  const address = context.findings.sender.from?.address.toLowerCase() ?? null;
  return address !== null && proof.ticket.participants.includes(address);
}

/**
 * The ticket that a machine's message answers: one of our Message-IDs, or the subject's number where the address takes
 * part. Else any robot that quotes a number would write into somebody's conversation (D26).
 */
export function machineProof(context: MessageContext): ThreadProof | null {
  const [proof] = context.proofs;
  if (proof === undefined) return null;
  return proof.by !== 'subject_protocol' || takesPart(context, proof) ? proof : null;
}
