import type { ParsedMail } from './parsed-mail.js';
import { splitAtOriginal } from './returned/original-copy.js';
import { readBounce } from './returned/read-bounce.js';
import { recogniseBounce } from './returned/recognise-bounce.js';
import { readServiceNotification } from './returned/service-notification.js';
import { protocolInSubject } from './subject-protocol.js';
import { recogniseComplaint } from './returned/complaint.js';

const MAX_IDS = 50;
const MAX_TEXT = 20_000;
const SUBJECT_LINE =
  /^[ \t>]{0,8}(?:subject|assunto|asunto|objet|betreff)[ \t]*:([^\n]{1,1000})/gim;

/** A bounce, a delivery report or a complaint: what returns a mail of somebody's. */
export function returnsMail(mail: ParsedMail): boolean {
  return (
    mail.report !== null || recogniseBounce(mail) !== null || recogniseComplaint(mail) !== null
  );
}

/** A mail of ours that a report names by what a person reads: the protocol of its subject and whom it went to. */
export interface ReturnedByWords {
  readonly protocol: string;
  readonly recipients: readonly string[];
}

/**
 * For a report that returns no Message-ID at all (old Exchange, Domino, gateways): what its words say about our mail.
 * Null where it names one, ours or a stranger's: then that alone counts.
 */
export function returnedByWords(mail: ParsedMail): ReturnedByWords | null {
  const signs = recogniseBounce(mail);
  if (signs?.strong !== true || returnedMessageIds(mail).length > 0) return null;
  const subjects = [
    ...(mail.report?.originalHeader ?? '').matchAll(SUBJECT_LINE),
    ...mail.text.slice(0, MAX_TEXT).matchAll(SUBJECT_LINE),
  ].map((match) => match[1]!);
  const protocol = [mail.subject, ...subjects].map(protocolInSubject).find((one) => one !== null);
  const recipients = readBounce(mail).flatMap(({ addresses }) => addresses);
  return protocol == null || recipients.length === 0 ? null : { protocol, recipients };
}

/**
 * Message-IDs of the mail that a report or a bounce is about: from the returned header, in its part or in the text of
 * systems that know no parts, else from what it answers.
 */
export function returnedMessageIds(mail: ParsedMail): string[] {
  const header = mail.report?.originalHeader ?? '';
  const copy = returnsMail(mail) ? splitAtOriginal(mail.text).copy : '';
  const named = [
    ...header.matchAll(/^message-id\s*:\s*(?:\r?\n\s+)?<([^<>\s]+)>/gim),
    ...copy.matchAll(/^[ \t>]{0,8}message-id[ \t]*:\s*<([^<>\s]{1,500})>/gim),
    ...(mail.report?.status ?? '').matchAll(/^original-message-id\s*:\s*<([^<>\s]+)>/gim),
  ].map((match) => match[1]!);
  const service = readServiceNotification(mail.text)?.messageIds ?? [];
  const echoed = (mail.headers['x-failed-message-id'] ?? []).map((value) =>
    value.replace(/[<>\s]/g, ''),
  );
  return [
    ...new Set([
      ...named,
      ...service,
      ...echoed,
      ...mail.inReplyTo,
      ...mail.references.toReversed(),
    ]),
  ].slice(0, MAX_IDS);
}
