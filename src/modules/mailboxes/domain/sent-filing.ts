/** Submission servers that file what they take in the sender's Sent folder by themselves. */
const FILING_SERVERS =
  /^(?:smtp\.gmail\.com|smtp\.googlemail\.com|smtp(?:-legacy)?\.office365\.com|smtp-mail\.outlook\.com)$/i;

/**
 * Whether the mailbox's provider files sent mail itself, as Google's and Microsoft's submission servers do. Their relays
 * (`smtp-relay.gmail.com`, `*.mail.protection.outlook.com`) know no mailbox and file nothing.
 */
export function providerFilesSentMail(smtp: { readonly host: string }): boolean {
  return FILING_SERVERS.test(smtp.host);
}

/**
 * Whether our own copy of a mail is wanted in Sent. `auto`: of what people wrote, where the provider files none;
 * `always`: of everything, whatever the provider does (a copy that is there already is not doubled).
 */
export function wantsSentCopy(
  mailbox: {
    readonly mode: 'live' | 'observe';
    readonly folders: { readonly sentCopy: 'auto' | 'always' | 'never' };
    readonly smtp: { readonly host: string };
  },
  mail: { readonly kind: string; readonly automatic: boolean },
): boolean {
  const { sentCopy } = mailbox.folders;
  if (mailbox.mode === 'observe' || sentCopy === 'never' || mail.kind === 'canary') return false;
  return sentCopy === 'always' || (!mail.automatic && !providerFilesSentMail(mailbox.smtp));
}
