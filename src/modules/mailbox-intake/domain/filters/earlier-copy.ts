import { placeOfCopy } from '../copies.js';
import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

/**
 * One message in several mailboxes, or twice in one (D25): a later copy whose queue has the message is recorded only. One
 * that belongs on the twin of a ticket, or that opens a twin, goes on: it is judged like any message (`twin-ticket`).
 */
export const earlierCopy: Filter = {
  name: 'earlier-copy',
  run(mail, context) {
    const place = placeOfCopy(mail, context);
    if (place === null) {
      return context.messageIdSeenBefore
        ? {
            verdict: 'noted',
            evidence: { messageIdSeenBefore: true },
            learned: { marks: ['message_id_repetido'] },
          }
        : PASS;
    }
    const { copy } = place;
    const evidence = {
      intakeId: copy.intakeId,
      mailbox: copy.mailboxKey,
      disposition: copy.disposition,
    };
    if (place.kind === 'open') return { verdict: 'pass', evidence };
    if (place.kind === 'join' && context.proofs.length > 0) return { verdict: 'pass', evidence };
    return {
      verdict: 'decided',
      evidence,
      plan: {
        kind: 'record',
        disposition: place.kind === 'twin' ? 'twin' : 'duplicate',
        ticketId: place.kind === 'join' ? copy.ticketId : place.ticketId,
      },
    };
  },
};
