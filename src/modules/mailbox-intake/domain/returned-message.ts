import type { ParsedMail } from './parsed-mail.js';

/** Message-IDs of the mail that a report or a bounce is about: from the returned header, else from what it answers. */
export function returnedMessageIds(
  mail: Pick<ParsedMail, 'report' | 'inReplyTo' | 'references' | 'headers'>,
): string[] {
  const header = mail.report?.originalHeader ?? '';
  const named = [
    ...header.matchAll(/^message-id\s*:\s*(?:\r?\n\s+)?<([^<>\s]+)>/gim),
    ...(mail.report?.status ?? '').matchAll(/^original-message-id\s*:\s*<([^<>\s]+)>/gim),
  ].map((match) => match[1]!);
  const echoed = (mail.headers['x-failed-message-id'] ?? []).map((value) =>
    value.replace(/[<>\s]/g, ''),
  );
  return [...new Set([...named, ...echoed, ...mail.inReplyTo, ...mail.references.toReversed()])];
}
