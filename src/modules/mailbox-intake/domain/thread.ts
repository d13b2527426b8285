import type { MessageContext, ThreadProof } from './message-context.js';

/** The proof by which the message may join: its sender takes part and DMARC did not fail (D26); null otherwise. */
export function joinableProof(context: MessageContext): ThreadProof | null {
  const [proof] = context.proofs;
  const address = context.findings.sender.from?.address.toLowerCase() ?? null;
  if (proof === undefined || address === null || context.findings.dmarcFailed) return null;
  return proof.ticket.participants.includes(address) ? proof : null;
}
