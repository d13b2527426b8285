import type { MessageContext } from './message-context.js';
import type { ParsedMail } from './parsed-mail.js';

/** Where servers note whom they delivered a message to: a sub-address need not stand in To or Cc. */
const DELIVERED_TO = ['delivered-to', 'x-original-to', 'envelope-to'];

/**
 * The details of the sub-addresses of ours (RFC 5233) that a message was written or delivered to, for example
 * `m.dominios` or `r.<token>`, each with the mailbox whose address it is.
 */
export function subAddressDetails(
  mail: Pick<ParsedMail, 'to' | 'cc' | 'headers'>,
  { own, config }: Pick<MessageContext, 'own' | 'config'>,
): { mailboxKey: string; detail: string }[] {
  const found: { mailboxKey: string; detail: string }[] = [];
  const look = (address: string): void => {
    // Cheap question first: nearly no address has a detail.
    if (!/[+\-.=][mr]\./i.test(address)) return;
    const mailboxKey = own.mailboxOf(address);
    const separator = mailboxKey === null ? '' : config.mailboxes[mailboxKey]?.subAddressSeparator;
    if (mailboxKey === null || separator === undefined || separator === '') return;
    const local = address.slice(0, address.lastIndexOf('@'));
    const at = local.indexOf(separator);
    if (at > 0) found.push({ mailboxKey, detail: local.slice(at + separator.length) });
  };
  for (const { address } of mail.to) look(address);
  for (const { address } of mail.cc) look(address);
  for (const name of DELIVERED_TO)
    for (const value of mail.headers[name] ?? []) look(value.trim().replace(/^<|>$/g, ''));
  return found;
}
