import type { ReasonMarks } from '../../contact-reasons/index.js';
import type { MessageContext } from './message-context.js';
import type { ParsedMail } from './parsed-mail.js';

/** What the message says about its reason (D4), as the mailbox `mailboxKey` would take it. */
export function reasonMarks(
  mail: ParsedMail,
  context: Pick<MessageContext, 'mailboxKey' | 'mailbox' | 'own'>,
): ReasonMarks {
  return {
    explicit: null,
    subAddress: subAddressOf(mail, context),
    subject: mail.subject,
    text: mail.visibleText,
    fromAddress: mail.from?.address ?? null,
    fixedReason: context.mailbox.fixedReason ?? null,
    fallbackReason: context.mailbox.fallbackReason ?? null,
  };
}

/** The key in `suporte+m.dominios@…`: in To, Cc or where the server delivered to. */
function subAddressOf(
  mail: ParsedMail,
  context: Pick<MessageContext, 'mailboxKey' | 'mailbox' | 'own'>,
): string | null {
  const separator = context.mailbox.subAddressSeparator;
  if (separator === '') return null;
  const delivered = ['delivered-to', 'x-original-to', 'envelope-to'].flatMap(
    (name) => mail.headers[name] ?? [],
  );
  for (const address of [
    ...mail.to.map((to) => to.address),
    ...mail.cc.map((cc) => cc.address),
    ...delivered,
  ]) {
    const local = address.replace(/^<|>$/g, '').split('@')[0] ?? '';
    const detail = local.slice(local.indexOf(separator) + separator.length);
    if (!local.includes(separator) || !detail.toLowerCase().startsWith('m.')) continue;
    if (context.own.mailboxOf(address.replace(/^<|>$/g, '')) === context.mailboxKey)
      return detail.slice(2);
  }
  return null;
}
