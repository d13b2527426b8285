import type { ParsedMail } from './parsed-mail.js';
import { splitAtOriginal } from './returned/original-copy.js';
import { recogniseBounce } from './returned/recognise-bounce.js';
import { readServiceNotification } from './returned/service-notification.js';
import { recogniseComplaint } from './returned/complaint.js';

const MAX_IDS = 50;

/** A bounce, a delivery report or a complaint: what returns a mail of somebody's. */
export function returnsMail(mail: ParsedMail): boolean {
  return (
    mail.report !== null || recogniseBounce(mail) !== null || recogniseComplaint(mail) !== null
  );
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
