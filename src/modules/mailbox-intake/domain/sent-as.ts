import { SENT_AS_HEADER } from '../../outbound-mail/index.js';
import type { ParsedMail } from './parsed-mail.js';

/** The Message-ID that a mail of ours was handed to the relay with, as its own header says; null without it. */
export function sentAsMessageId(mail: Pick<ParsedMail, 'headers'>): string | null {
  const value = mail.headers[SENT_AS_HEADER.toLowerCase()]?.[0];
  return value === undefined ? null : (/<([^<>\s]{3,250})>/.exec(value)?.[1] ?? null);
}
