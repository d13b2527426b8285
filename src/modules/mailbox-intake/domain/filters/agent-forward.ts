import type { Evidence } from '../decision.js';
import { PASS } from '../decision.js';
import type { Filter, MessageContext } from '../message-context.js';
import type { MailAddress, ParsedMail } from '../parsed-mail.js';
import { isNoReply } from './sender.js';

/** Set on the ticket: the requester has not written to us herself. */
export const FORWARDED_MARK = 'encaminhado_por_atendente';

/**
 * A customer's mail that one of our people forwards is the customer's request (D26). Only from a configured agent
 * address or an agent's log-in, with passing authentication (D24): a From gives no rights, and who asks is taken from
 * the text. A customer who forwards asks herself.
 */
export const agentForward: Filter = {
  name: 'agent-forward',
  run(mail, context) {
    const { forwarded } = mail;
    const from = mail.from?.address.toLowerCase() ?? '';
    if (forwarded === null || !(context.fromAgentLogin || isAgentAddress(from, context)))
      return PASS;
    const found = { by: forwarded.why, forwardedBy: from };
    const refused = whyNot(mail, context);
    if (refused !== null) return { verdict: 'pass', evidence: { ...found, refused } };
    const { address, name } = forwarded.from!;
    const asking: MailAddress = { address: address!, name };
    return {
      verdict: 'noted',
      evidence: { ...found, from: asking.address } satisfies Evidence,
      learned: {
        sender: { from: asking, replyTo: null, why: 'forwarded' },
        marks: [FORWARDED_MARK],
      },
    };
  },
};

function isAgentAddress(from: string, { config }: MessageContext): boolean {
  return config.company.agentAddresses.includes(from);
}

function whyNot({ forwarded }: ParsedMail, context: MessageContext): string | null {
  const { authentication, findings, own, proofs } = context;
  if (!authentication.fromProven) return 'sender not authenticated';
  if (findings.suspected !== null || findings.automatic !== null) return 'no ordinary mail';
  if (proofs.length > 0) return 'belongs to a ticket';
  const address = forwarded?.from?.address ?? null;
  if (address === null) return 'the forward names no address';
  if (
    own.includes(address) ||
    context.config.company.agentAddresses.includes(address.toLowerCase())
  )
    return 'forwarded mail of ours';
  return isNoReply(address) ? 'nobody reads answers at the forwarded address' : null;
}
