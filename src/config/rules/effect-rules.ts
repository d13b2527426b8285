import type { HelpdeskConfig } from '../helpdesk-config.js';
import type { ConfigPath, ProblemReport } from '../problems.js';
import type { MailboxConfig } from '../sections/mailbox-config.js';

/** Warns of what is accepted and has no effect, and of what is lost by leaving something out. */
export function checkEffects(config: HelpdeskConfig, report: ProblemReport): void {
  if (Object.keys(config.retention.rawDaysByQueue).length > 0) {
    report.warn(
      ['retention', 'rawDaysByQueue'],
      'is not in use yet: nothing is deleted, raw mail is kept for ever',
    );
  }
  for (const [key, mailbox] of Object.entries(config.mailboxes)) {
    if (!mailbox.retired) checkMailbox(['mailboxes', key], mailbox, report);
  }
}

/** Said by `mailbox check` as well. */
export const UNREAD_VERDICTS =
  "is empty, so verdicts of SPF, DKIM and DMARC are not read: name the authserv-id that this mailbox's server writes into Authentication-Results, or switch verifyAuthentication on";

function checkMailbox(at: ConfigPath, mailbox: MailboxConfig, report: ProblemReport): void {
  if (mailbox.trustedAuthservIds.length === 0 && !mailbox.verifyAuthentication) {
    report.warn([...at, 'trustedAuthservIds'], UNREAD_VERDICTS);
  }
  if (mailbox.canary !== undefined && mailbox.mode === 'observe') {
    report.warn([...at, 'canary'], 'has no effect with `mode: observe`, which sends nothing');
  }
}
