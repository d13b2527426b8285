import type { ParsedMail } from './parsed-mail.js';

/** First value of a header, trimmed and in lower case; '' where it is missing. */
export function headerOf(mail: Pick<ParsedMail, 'headers'>, name: string): string {
  return mail.headers[name]?.[0]?.trim().toLowerCase() ?? '';
}

/** True where a header holds `part`, compared without case. */
export function headerMatches(
  mail: Pick<ParsedMail, 'headers'>,
  name: string,
  part: string,
): boolean {
  return (
    mail.headers[name]?.some((value) => value.toLowerCase().includes(part.toLowerCase())) ?? false
  );
}
