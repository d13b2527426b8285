import { headerMatches } from '../header-values.js';
import type { MailAddress, ParsedMail } from '../parsed-mail.js';
import type { Filter, MessageContext } from '../message-context.js';

const NO_REPLY =
  /^(no-?_?\.?reply|do-?not-?reply|nao-?_?\.?responda|não-?responda|noresponder|notreply)\b/i;

/**
 * Who asks and where answers go (D26): From; from a no-reply address or one of our own domains, Reply-To; through a
 * list of ours that rewrites From, X-Original-From, else Reply-To. Our own addresses ask nothing.
 */
export const sender: Filter = {
  name: 'sender',
  run(mail, context) {
    const found = resolve(mail, context);
    const marks: string[] = [];
    let silent: string | null = null;
    if (found.from === null) {
      marks.push('sem_remetente');
      silent = 'no usable sender';
    } else if (found.replyTo !== null && domainOf(found.replyTo) !== domainOf(found.from.address)) {
      marks.push('reply_to_diferente');
      silent = 'Reply-To is in another domain than From';
    }
    return {
      verdict: 'noted',
      evidence: { why: found.why, ...(silent === null ? {} : { silent }) },
      learned: { sender: found, marks, silent },
    };
  },
};

function resolve(mail: ParsedMail, context: MessageContext): MessageContext['findings']['sender'] {
  const usable = (who: MailAddress | null): MailAddress | null =>
    who !== null && !context.own.includes(who.address) ? who : null;
  const replyTo = usable(mail.replyTo);
  const from = mail.from;
  const rewritten =
    from !== null && ourOwnList(mail, context) && context.own.isOwnDomain(from.address);
  if (rewritten) {
    const original = usable(
      addressIn(mail.headers['x-original-from']?.[0] ?? mail.headers['x-original-sender']?.[0]),
    );
    if (original !== null) return { from: original, replyTo: null, why: 'x_original_from' };
  }
  if (from !== null && (NO_REPLY.test(from.address) || context.own.isOwnDomain(from.address))) {
    if (replyTo !== null && replyTo.address.toLowerCase() !== from.address.toLowerCase()) {
      return {
        from: { address: replyTo.address, name: replyTo.name || from.name },
        replyTo: null,
        why: 'reply_to',
      };
    }
  }
  const asking = usable(from);
  if (asking !== null) {
    const different =
      replyTo !== null && replyTo.address.toLowerCase() !== asking.address.toLowerCase();
    return { from: asking, replyTo: different ? replyTo.address : null, why: 'from' };
  }
  if (replyTo !== null && from === null) return { from: replyTo, replyTo: null, why: 'reply_to' };
  return { from: null, replyTo: null, why: 'none' };
}

/** Through a list that is the mailbox's own (suporte@ as a group): its headers are disregarded (D21). */
export function ourOwnList(mail: ParsedMail, context: Pick<MessageContext, 'mailbox'>): boolean {
  return context.mailbox.ownLists.some((own) => headerMatches(mail, 'list-id', own));
}

function addressIn(value: string | undefined): MailAddress | null {
  const match =
    /<([^<>\s]+@[^<>\s]+)>\s*$/.exec(value ?? '') ??
    /^\s*([^<>\s]+@[^<>\s]+)\s*$/.exec(value ?? '');
  if (match === null) return null;
  return {
    address: match[1]!,
    name: (value ?? '')
      .replace(/<[^>]*>/, '')
      .replace(/"/g, '')
      .trim(),
  };
}

export function isNoReply(address: string): boolean {
  return NO_REPLY.test(address);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
