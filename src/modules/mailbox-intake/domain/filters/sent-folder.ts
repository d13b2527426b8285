import { PASS } from '../decision.js';
import type { Plan } from '../decision.js';
import { headerOf } from '../header-values.js';
import { sentAsMessageId } from '../sent-as.js';
import type { Filter, MessageContext } from '../message-context.js';
import type { ParsedMail } from '../parsed-mail.js';

/**
 * What lies in the mailbox's Sent folder (D24): our own mail is recorded, and where the relay filed it under another
 * Message-ID that is learned (D26); what a person sent from another program and refers to a ticket is an answer given
 * outside; the rest concerns nobody here. Nothing in it is ever a customer's request.
 */
export const sentFolder: Filter = {
  name: 'sent-folder',
  run(mail, context) {
    if (context.folderRole !== 'sent') return PASS;
    const { evidence, plan } = judge(mail, context);
    return { verdict: 'decided', evidence, plan };
  },
};

function judge(
  mail: ParsedMail,
  context: MessageContext,
): { evidence: Record<string, unknown>; plan: Plan } {
  if (context.messageIdIsOurs) return recorded('own', null, { messageId: mail.messageId });
  if (context.copyOfOurs !== null) {
    const { copyOfOurs } = context;
    return {
      evidence: { copyOf: copyOfOurs, alias: mail.messageId },
      plan: { kind: 'own_copy', messageId: copyOfOurs },
    };
  }
  // Ours about no ticket (a digest, a notice): our own header says under which id it left.
  if (mail.messageId !== null && sentAsMessageId(mail) === mail.messageId)
    return recorded('own', null, { messageId: mail.messageId });
  const copy = context.copies.find(({ mailboxKey }) => mailboxKey === context.mailboxKey);
  if (copy !== undefined)
    return recorded('duplicate', copy.ticketId, { intakeId: copy.intakeId, sent: true });
  const from = mail.from?.address ?? '';
  if (!isOneOfUs(from, context))
    return recorded('ignored', null, { why: 'not from an address of ours' });
  const automatic = headerOf(mail, 'auto-submitted');
  if (automatic !== '' && !/^no\b/.test(automatic))
    return recorded('ignored', null, { why: 'no person wrote it', autoSubmitted: automatic });
  const [proof] = context.proofs;
  if (proof === undefined) return recorded('ignored', null, { why: 'refers to no ticket' });
  const { ticketId } = proof.ticket;
  return {
    evidence: { by: proof.by, found: proof.found, ticketId },
    plan: { kind: 'outside', ticketId },
  };
}

/** Whoever can file mail in this folder has the mailbox's password; the From is looked at against misfiled mail. */
function isOneOfUs(from: string, { own, config }: MessageContext): boolean {
  return own.isOwnDomain(from) || config.company.agentAddresses.includes(from.toLowerCase());
}

function recorded(
  disposition: 'own' | 'duplicate' | 'ignored',
  ticketId: string | null,
  evidence: Record<string, unknown>,
): { evidence: Record<string, unknown>; plan: Plan } {
  return { evidence, plan: { kind: 'record', disposition, ticketId } };
}
