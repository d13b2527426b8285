import { PASS } from '../decision.js';
import type { Filter, MessageContext } from '../message-context.js';

/** More hops than any real path: mail that circles (RFC 5321 6.3 suggests 100; ours are counted once a round). */
const MAX_RECEIVED_HEADERS = 60;

/** Mail of ours that comes back to us, and mail that goes round in circles (D21): recorded, never ticketed or answered. */
export const ownMail: Filter = {
  name: 'own-mail',
  run(mail, context) {
    const from = mail.from?.address ?? null;
    if (context.messageIdIsOurs) {
      const evidence = { messageId: mail.messageId };
      if (from === null || isOurs(from, context)) return decided('own', evidence);
      // A stranger's program, or a stranger, used our Message-ID for a message of its own (D25): it is not swallowed.
      return {
        verdict: 'noted',
        evidence: { ...evidence, from: 'not ours' },
        learned: { marks: ['message_id_repetido'] },
      };
    }
    if (mail.receivedHeaders > MAX_RECEIVED_HEADERS) {
      return decided('loop', { receivedHeaders: mail.receivedHeaders });
    }
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

/** Through a list of ours the From may be rewritten, but stays in our domain. */
function isOurs(from: string, { own, config }: MessageContext): boolean {
  return own.isOwnDomain(from) || config.company.agentAddresses.includes(from.toLowerCase());
}

function decided(
  disposition: 'own' | 'loop',
  evidence: Record<string, unknown>,
): ReturnType<Filter['run']> {
  return { verdict: 'decided', evidence, plan: { kind: 'record', disposition, ticketId: null } };
}
