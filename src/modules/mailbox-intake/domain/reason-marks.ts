import type { ReasonMarks } from '../../contact-reasons/index.js';
import type { MessageContext } from './message-context.js';
import type { ParsedMail } from './parsed-mail.js';
import { subAddressDetails } from './sub-address.js';

/** What the message says about its reason (D4), as the mailbox `mailboxKey` would take it. */
export function reasonMarks(
  mail: ParsedMail,
  context: Pick<MessageContext, 'mailboxKey' | 'mailbox' | 'own' | 'config'>,
): ReasonMarks {
  return {
    explicit: null,
    subAddress: subAddressOf(mail, context),
    subject: mail.subject,
    text: textOf(mail),
    fromAddress: mail.from?.address ?? null,
    fixedReason: context.mailbox.fixedReason ?? null,
    fallbackReason: context.mailbox.fallbackReason ?? null,
  };
}

/** What the message is about: for a forward, which says so by itself or with a word above, that stands in it. */
function textOf({ forwarded, visibleText }: ParsedMail): string {
  return forwarded === null ? visibleText : `${forwarded.comment}\n${forwarded.body}`;
}

/** The key in `suporte+m.dominios@…`: in To, Cc or where the server delivered to. */
function subAddressOf(
  mail: ParsedMail,
  context: Pick<MessageContext, 'mailboxKey' | 'own' | 'config'>,
): string | null {
  const marked = subAddressDetails(mail, context).find(
    ({ mailboxKey, detail }) => mailboxKey === context.mailboxKey && /^m\./i.test(detail),
  );
  return marked?.detail.slice(2) ?? null;
}
