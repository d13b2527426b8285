/** Something of a mailbox that runs out and then stops its mail. */
export interface Expiry {
  readonly mailboxKey: string;
  readonly what: 'certificate_imap' | 'certificate_smtp' | 'authorization';
  readonly expiresAt: Date;
}

interface Servers {
  readonly imap: { readonly host: string; readonly tls: string; readonly oauth2?: unknown };
  readonly smtp: { readonly host: string; readonly tls: string; readonly oauth2?: unknown };
  readonly retired: boolean;
}

const DAY_MS = 86_400_000;

/** Those that the configuration in force still depends on. */
export function inUse(
  expiries: readonly Expiry[],
  mailboxes: Readonly<Record<string, Servers>>,
): Expiry[] {
  return expiries.filter(({ mailboxKey, what }) => {
    const mailbox = mailboxes[mailboxKey];
    if (mailbox === undefined || mailbox.retired) return false;
    const { imap, smtp } = mailbox;
    if (what === 'authorization') return imap.oauth2 !== undefined || smtp.oauth2 !== undefined;
    return (what === 'certificate_imap' ? imap : smtp).tls !== 'none';
  });
}

/** How urgent it is; null while there is time. Limits in days. */
export function urgencyOf(
  expiresAt: Date,
  now: Date,
  limits: { readonly expiryWarningDays: number; readonly expiryCriticalDays: number },
): 'warning' | 'critical' | null {
  const days = (expiresAt.getTime() - now.getTime()) / DAY_MS;
  if (days <= limits.expiryCriticalDays) return 'critical';
  return days <= limits.expiryWarningDays ? 'warning' : null;
}

/** The alarm's sentence: what, when, what to do. */
export function expirySentence({ mailboxKey, what, expiresAt }: Expiry, servers: Servers): string {
  const when = expiresAt.toISOString();
  if (what === 'authorization')
    return `The OAuth2 authorization of mailbox ${mailboxKey} expires at ${when}: renew it, by \`helpdesk mailbox authorize ${mailboxKey}\` or a new client secret (and its expiresOn).`;
  const [protocol, { host }] =
    what === 'certificate_imap' ? ['IMAP', servers.imap] : ['SMTP', servers.smtp];
  return `The certificate of ${host} (${protocol} of mailbox ${mailboxKey}) expires at ${when}: have it renewed on the server; afterwards no mail goes through it.`;
}

/** The end of the last day of an authorization (YYYY-MM-DD, in `zone`) or what the endpoint said, whichever is first. */
export function authorizationEnd(
  told: Date | null,
  expiresOn: string | undefined,
  zone: string,
): Date | null {
  if (expiresOn === undefined) return told;
  const after = Temporal.PlainDate.from(expiresOn).add({ days: 1 });
  const end = new Date(after.toZonedDateTime({ timeZone: zone }).epochMilliseconds);
  return told !== null && told < end ? told : end;
}
