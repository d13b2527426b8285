import type { SuspectsConfig } from '../../../../config/index.js';
import { PASS } from '../decision.js';
import { headerOf } from '../header-values.js';
import type { ParsedMail } from '../parsed-mail.js';
import type { Filter, MessageContext } from '../message-context.js';

/** Exchange's spam confidence level from which its own servers put mail into Junk. */
const EXCHANGE_SPAM_LEVEL = 5;

/**
 * What the server or the operator thinks of the message (D23): Junk folder, verdict headers, a failed DMARC, the
 * operator's own rules. Suspected mail opens in its lane without acknowledgement; a DMARC failure forbids automatic mail.
 */
export const spamVerdict: Filter = {
  name: 'spam-verdict',
  run(mail, context) {
    const dmarcFailed = context.authentication.dmarc === 'fail';
    const suspected = whySuspected(mail, context) ?? (dmarcFailed ? 'DMARC fail' : null);
    if (suspected === null) return PASS;
    const { source } = context.authentication;
    return {
      verdict: 'noted',
      evidence: { suspected, dmarcFailed, ...(dmarcFailed ? { source } : {}) },
      learned: { suspected, dmarcFailed, ...(dmarcFailed ? { silent: 'DMARC fail' } : {}) },
    };
  },
};

function whySuspected(mail: ParsedMail, context: MessageContext): string | null {
  if (context.folderRole === 'junk') return 'Junk folder';
  if (/^yes\b/.test(headerOf(mail, 'x-spam-flag'))) return 'X-Spam-Flag';
  if (/^yes\b/.test(headerOf(mail, 'x-spam-status'))) return 'X-Spam-Status';
  if (/^(spam|yes)\b/.test(headerOf(mail, 'x-spam'))) return 'X-Spam';
  if (/\bspam\b/.test(headerOf(mail, 'x-spamd-result').split('[')[0] ?? ''))
    return 'X-Spamd-Result';
  const level = Number.parseInt(headerOf(mail, 'x-ms-exchange-organization-scl'), 10);
  if (level >= EXCHANGE_SPAM_LEVEL) return 'X-MS-Exchange-Organization-SCL';
  return operatorsRule(mail, context.mailbox.suspects);
}

/** The operator's rules: senders by address or @domain, words of the subject without accents, upper and lower case. */
function operatorsRule(mail: ParsedMail, { senders, subjects }: SuspectsConfig): string | null {
  if (senders.length > 0 && mail.from !== null) {
    const from = mail.from.address.toLowerCase();
    const sender = senders.find((one) =>
      one.startsWith('@') ? from.endsWith(one.toLowerCase()) : from === one.toLowerCase(),
    );
    if (sender !== undefined) return `operator's rule: sender ${sender}`;
  }
  if (subjects.length === 0) return null;
  const written = folded(mail.subject);
  const subject = subjects.find((one) => written.includes(folded(one)));
  return subject === undefined ? null : `operator's rule: subject "${subject}"`;
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
