import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

/** More hops than any real path: mail that circles (RFC 5321 6.3 suggests 100; ours are counted once a round). */
const MAX_RECEIVED_HEADERS = 60;

/** Mail of ours that comes back to us, and mail that goes round in circles (D21): recorded, never ticketed or answered. */
export const ownMail: Filter = {
  name: 'own-mail',
  run(mail, context) {
    if (context.messageIdIsOurs) {
      return decided('own', { messageId: mail.messageId });
    }
    if (mail.receivedHeaders > MAX_RECEIVED_HEADERS) {
      return decided('loop', { receivedHeaders: mail.receivedHeaders });
    }
    const from = mail.from?.address ?? null;
    const automatic = (mail.headers['auto-submitted']?.[0] ?? 'no').toLowerCase() !== 'no';
    if (from !== null && context.own.includes(from) && automatic) {
      return decided('loop', {
        from: 'our own address',
        autoSubmitted: mail.headers['auto-submitted']?.[0],
      });
    }
    return PASS;
  },
};

function decided(
  disposition: 'own' | 'loop',
  evidence: Record<string, unknown>,
): ReturnType<Filter['run']> {
  return { verdict: 'decided', evidence, plan: { kind: 'record', disposition, ticketId: null } };
}
