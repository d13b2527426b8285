import type { ParsedMail } from '../parsed-mail.js';

/** Local parts that mail systems write under (RFC 2142 postmaster, RFC 5321 habit MAILER-DAEMON, products' own). */
const SYSTEM_LOCAL_PART =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|postmaster|mail[-_.]?delivery[-_.]?(?:sub)?system|smtp[-_.]?daemon|microsoftexchange[0-9a-f]{32})(?:[+\-_.=]|$)/i;
/** Names that they give themselves. */
const SYSTEM_NAME =
  /^(?:(?:internet )?e?-?mail deliver(?:y|er)? (?:sub)?system|internet mail delivery|mailer[- ]?daemon|mail[- ]daemon|mail administrator|mail system|system administrator|administrador do sistema|(?:sub)?sistema de (?:entrega|correio)|sistema de entrega de e-?mails?|postmaster|.{0,30}\bndr administrator|content[- ]filter at)\b/i;
/** Gateways of other kinds (X.400, SMS, old relays) name their own service. */
const SERVICE_LOCAL_PART = /(?:^|[_.-])(?:smtp|mail)[_.-](?:service|gateway|server)s?(?:[_.-]|$)/i;

/** Whether From names a mail system rather than a person: MAILER-DAEMON and its like, by address or by name. */
export function fromMailSystem(mail: Pick<ParsedMail, 'from' | 'headers'>): boolean {
  const local = (mail.from?.address ?? '').split('@')[0]!;
  if (SYSTEM_LOCAL_PART.test(local) || SERVICE_LOCAL_PART.test(local)) return true;
  if (SYSTEM_NAME.test((mail.from?.name ?? '').trim())) return true;
  if (mail.from !== null) return false;
  // `From: MAILER-DAEMON` and `From: Mail Delivery System <>` hold no address.
  const raw = (mail.headers['from']?.[0] ?? '').slice(0, 300).replace(/[<>"]/g, ' ').trim();
  return SYSTEM_LOCAL_PART.test(raw.split(/[\s@(]/)[0] ?? '') || SYSTEM_NAME.test(raw);
}

/**
 * Whether the envelope sender was null (RFC 5321 4.5.5), as the server noted it in Return-Path; some servers write
 * their MAILER-DAEMON there instead.
 */
export function nullEnvelopeSender(mail: Pick<ParsedMail, 'headers'>): boolean {
  return (mail.headers['return-path'] ?? []).some((value) =>
    /^\s*<\s*(?:mailer-daemon(?:@[^<>\s]{0,255})?)?\s*>/i.test(value.slice(0, 400)),
  );
}
