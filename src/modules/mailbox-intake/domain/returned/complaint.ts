import type { ParsedMail } from '../parsed-mail.js';
import { readServiceNotification } from './service-notification.js';

/** Why a message is a recipient's complaint about mail of ours. */
export interface Complaint {
  readonly why: string;
  /** `abuse`, `fraud`, `not-spam`, `auth-failure`, `opt-out`, … (RFC 5965 7.3, RFC 6591); lower case. */
  readonly type: string;
}

/**
 * Feedback reports (RFC 5965) and what providers send in their stead: somebody pressed "this is spam" on a mail, or a
 * server reports how it failed authentication. Reports of aggregates (DMARC rua) are ordinary automatic mail.
 */
export function recogniseComplaint(mail: ParsedMail): Complaint | null {
  if (mail.report?.type === 'feedback-report') {
    const type = /^feedback-type\s*:\s*([\w-]+)/im.exec(mail.report.status)?.[1]?.toLowerCase();
    return { why: 'feedback report (RFC 5965)', type: type ?? 'abuse' };
  }
  if (readServiceNotification(mail.text)?.about === 'complaint')
    return { why: 'notification of a sending service', type: 'abuse' };
  if (/^true\b/i.test(mail.headers['x-apple-unsubscribe']?.[0]?.trim() ?? ''))
    return { why: 'unsubscription by the mail program', type: 'opt-out' };
  const returnsCopy = mail.attachments.some(({ mediaType }) => mediaType === 'message/rfc822');
  if (returnsCopy && /^complaint about message from \S/i.test(mail.subject))
    return { why: 'complaint of a feedback loop', type: 'abuse' };
  return null;
}
