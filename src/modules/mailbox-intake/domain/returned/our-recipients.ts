import type { ParsedMail } from '../parsed-mail.js';
import type { ReturnedRecipient } from './read-bounce.js';

/** What the report says, and which of the addresses that we wrote to it says it of. */
export interface OurRecipient {
  readonly address: string;
  readonly report: ReturnedRecipient;
  /** The report names another address: the recipient's system had passed the mail on. */
  readonly passedOn: boolean;
}

/** The mail that came back. */
export interface OurMail {
  readonly messageId: string;
  /** Lower case. */
  readonly recipients: readonly string[];
}

const MAX_HEADER = 20_000;

/**
 * Binds a report to the recipients of our mail. An address that we did not write to counts as one of ours only where the
 * returned header is that of our mail (it holds our Message-ID) and leaves no doubt whose copy was passed on: it shows
 * where the mail was delivered to, or names its one recipient. Else anybody could fail anybody's mail (D21).
 */
export function ourRecipients(
  mail: ParsedMail,
  reports: readonly ReturnedRecipient[],
  ours: OurMail,
): OurRecipient[] {
  const bound = reports.flatMap((report): OurRecipient[] =>
    report.addresses
      .filter((address) => ours.recipients.includes(address))
      .slice(0, 1)
      .map((address) => ({ address, report, passedOn: false })),
  );
  if (bound.length > 0) return bound;
  const [only] = ours.recipients;
  const unnamed = reports.find(({ addresses }) => addresses.length === 0);
  // Prose that names nobody cannot be held to a name; it is about whom we wrote to, where that is one.
  if (unnamed !== undefined && mail.report === null)
    return only !== undefined && ours.recipients.length === 1
      ? [{ address: only, report: unnamed, passedOn: false }]
      : [];
  const [report] = reports;
  const passedOn = report === undefined ? null : deliveredBefore(mail, ours);
  return report === undefined || passedOn === null
    ? []
    : [{ address: passedOn, report, passedOn: true }];
}

/** Whose copy it was that was passed on; null where the returned header does not prove it. */
function deliveredBefore(mail: ParsedMail, ours: OurMail): string | null {
  const header = (mail.report?.originalHeader ?? '').slice(0, MAX_HEADER).toLowerCase();
  if (!header.includes(`<${ours.messageId.toLowerCase()}>`)) return null;
  const delivered = [
    ...header.matchAll(
      /^(?:delivered-to|x-original-to|envelope-to|x-forwarded-for|x-forwarded-to|resent-from|x-envelope-to)\s*:([^\n]{1,400})/gm,
    ),
    ...header.matchAll(/\bfor\s{1,4}<([^<>\s]{3,320})>/g),
  ];
  const [onlyDelivered, another] = namedIn(ours.recipients, delivered);
  if (onlyDelivered !== undefined) return another === undefined ? onlyDelivered : null;
  const to = header.matchAll(/^(?:to|cc)\s*:([^\n]{1,4000}(?:\n[ \t][^\n]{1,4000}){0,50})/gm);
  const [only] = ours.recipients;
  return ours.recipients.length === 1 && namedIn(ours.recipients, to).length === 1 ? only! : null;
}

function namedIn(recipients: readonly string[], found: Iterable<RegExpMatchArray>): string[] {
  const values = [...found].map((match) => match[1]!);
  return recipients.filter((address) => values.some((value) => value.includes(address)));
}
