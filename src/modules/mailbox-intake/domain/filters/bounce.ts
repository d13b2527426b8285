import { PASS, type Evidence, type Verdict } from '../decision.js';
import type { Filter, MessageContext } from '../message-context.js';
import type { ParsedMail } from '../parsed-mail.js';
import { explained } from '../returned/meaning.js';
import { ourRecipients, type OurRecipient } from '../returned/our-recipients.js';
import { readBounce, type ReturnedRecipient } from '../returned/read-bounce.js';
import { recogniseBounce } from '../returned/recognise-bounce.js';
import { fromMailSystem, nullEnvelopeSender } from '../returned/mail-system.js';

/**
 * Mail that came back (RFC 3464): marks what we sent, is shown on its ticket, opens nothing (D21). As a failure it is
 * believed only from a mail system or the null sender, and only of somebody we wrote to: reports can be forged.
 */
export const bounce: Filter = {
  name: 'bounce',
  run(mail, context) {
    const signs = recogniseBounce(mail);
    if (signs === null) return PASS;
    const reports = readBounce(mail);
    const evidence: Evidence = { why: signs.why, ...described(reports) };
    const { returned } = context;
    if (returned !== null) return decided(mail, returned, reports, evidence);
    // What merely looks like a bounce and returns nothing of ours may be a person's: it is read, and not answered.
    return signs.strong
      ? {
          verdict: 'decided',
          evidence: { ...evidence, original: 'no mail of ours' },
          plan: { kind: 'record', disposition: 'bounce', ticketId: null },
        }
      : { verdict: 'noted', evidence, learned: { automatic: signs.why } };
  },
};

function decided(
  mail: ParsedMail,
  returned: NonNullable<MessageContext['returned']>,
  reports: readonly ReturnedRecipient[],
  evidence: Evidence,
): Verdict {
  const believed = fromMailSystem(mail) || nullEnvelopeSender(mail);
  const bound = ourRecipients(mail, reports, returned);
  const lost = believed ? bound.filter(({ report }) => report.final) : [];
  const shown = lost[0]?.report ?? bound[0]?.report ?? reports[0];
  return {
    verdict: 'decided',
    evidence: {
      ...evidence,
      messageId: returned.messageId,
      ...(believed ? {} : { believed: false }),
      ...(bound.length === 0 ? { unknownRecipients: true } : {}),
      ...(bound.some(({ passedOn }) => passedOn) ? { passedOn: true } : {}),
    },
    plan: {
      kind: 'bounce',
      ticketId: returned.ticketId,
      messageId: returned.messageId,
      recipients: addresses(lost.length > 0 ? lost : bound),
      hard: lost.length > 0,
      reason: shown === undefined ? '' : explained(shown),
    },
  };
}

function addresses(bound: readonly OurRecipient[]): string[] {
  return [...new Set(bound.map(({ address }) => address))];
}

/** The worst of what is reported, for the journal. */
function described(reports: readonly ReturnedRecipient[]): Evidence {
  const worst = reports.find(({ final }) => final) ?? reports[0];
  if (worst === undefined) return {};
  const { action, status, smtpCode, reason, final, addressDead } = worst;
  return { action, status, smtpCode, reason, final, addressDead };
}
