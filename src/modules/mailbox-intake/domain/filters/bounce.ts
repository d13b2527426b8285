import { fromNullSender, headerOf } from '../header-values.js';
import { PASS } from '../decision.js';
import type { ParsedMail } from '../parsed-mail.js';
import type { Filter } from '../message-context.js';

/** Who writes delivery reports; Exchange's have a name of their own. Bulk mail comes from bounces@ too: not named. */
const MAIL_SYSTEM =
  /^((mailer-daemon|postmaster|mail-daemon|maildaemon)(\+|@|-|$)|microsoftexchange[0-9a-f]{32}@)/i;
const BOUNCE_SUBJECT =
  /^(undeliver(ed|able)|mail delivery (failed|failure|subsystem)|delivery status notification|returned mail|failure notice|não é possível entregar|nao e possivel entregar|mensagem não entregue|falha na entrega|erro na entrega|entrega falhou|devolução de mensagem)/i;

/**
 * Mail that came back (RFC 3464): marks what we sent, is shown on its ticket, opens nothing (D21). Believed only from a
 * mail system or the null sender, and as a failure only where it names somebody we wrote to: reports can be forged.
 */
export const bounce: Filter = {
  name: 'bounce',
  run(mail, context) {
    const returned = context.returned;
    const why = bounceEvidence(mail, returned !== null);
    if (why === null) return PASS;
    if (returned === null) {
      return {
        verdict: 'decided',
        evidence: { why, original: 'no mail of ours' },
        plan: { kind: 'record', disposition: 'bounce', ticketId: null },
      };
    }
    const report = readDeliveryStatus(mail);
    const namesOurs =
      !report.namesRecipients ||
      report.recipients.some((address) => returned.recipients.includes(address));
    return {
      verdict: 'decided',
      evidence: {
        why,
        messageId: returned.messageId,
        action: report.action,
        status: report.status,
        ...(namesOurs ? {} : { unknownRecipients: true }),
      },
      plan: {
        kind: 'bounce',
        ticketId: returned.ticketId,
        messageId: returned.messageId,
        recipients: report.recipients,
        hard: report.hard && namesOurs,
        reason: report.reason,
      },
    };
  },
};

function bounceEvidence(mail: ParsedMail, aboutOurs: boolean): string | null {
  const machine = MAIL_SYSTEM.test(mail.from?.address ?? '');
  if (!machine && !fromNullSender(mail)) return null;
  if (mail.report?.type === 'delivery-status') return 'delivery report (RFC 3464)';
  if (headerOf(mail, 'x-failed-recipients') !== '') return 'X-Failed-Recipients';
  if (machine && (fromNullSender(mail) || BOUNCE_SUBJECT.test(mail.subject)))
    return 'sender and subject of a mail system';
  // A bank writes from the null sender too: without a report only what is about our own mail is a bounce.
  if (aboutOurs && BOUNCE_SUBJECT.test(mail.subject))
    return 'null sender and subject of a mail system';
  return null;
}

interface DeliveryStatus {
  readonly recipients: string[];
  /** A report must say whose copy came back; what some systems write in prose only cannot be held to it. */
  readonly namesRecipients: boolean;
  readonly action: string | null;
  readonly status: string | null;
  readonly hard: boolean;
  readonly reason: string;
}

/** Reads the per-recipient fields; where there is no report, the header that some systems add and the text decide. */
function readDeliveryStatus(mail: ParsedMail): DeliveryStatus {
  const report = mail.report?.status ?? '';
  const recipients = [
    ...report.matchAll(
      /^(?:final|original)-recipient\s*:\s*[\w-]+\s*;\s*<?([^\s<>]+@[^\s<>]+)>?/gim,
    ),
  ].map((match) => match[1]!.toLowerCase());
  const failed = [...headerOf(mail, 'x-failed-recipients').matchAll(/[^\s,<>]+@[^\s,<>]+/g)].map(
    (match) => match[0],
  );
  const action = /^action\s*:\s*([\w-]+)/im.exec(report)?.[1]?.toLowerCase() ?? null;
  const status =
    /^status\s*:\s*(\d\.\d{1,3}\.\d{1,3})/im.exec(report)?.[1] ??
    /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(mail.text)?.[1] ??
    null;
  const diagnostic = /^diagnostic-code\s*:\s*(.+)$/im.exec(report)?.[1]?.trim() ?? null;
  return {
    recipients: [...new Set([...recipients, ...failed])],
    namesRecipients: mail.report?.type === 'delivery-status' || failed.length > 0,
    action,
    status,
    // "delayed", "relayed", "delivered" and 4.x.x are no failure (RFC 3464 2.3.3): the server goes on trying.
    hard:
      action === null
        ? !(status ?? '5').startsWith('4')
        : action === 'failed' && !(status ?? '5').startsWith('4'),
    reason: (diagnostic ?? status ?? 'returned').slice(0, 300),
  };
}
