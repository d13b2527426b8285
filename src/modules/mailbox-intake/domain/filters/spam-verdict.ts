import { PASS } from '../decision.js';
import { headerOf } from '../header-values.js';
import type { ParsedMail } from '../parsed-mail.js';
import type { Filter, MessageContext } from '../message-context.js';

/** Exchange's spam confidence level from which its own servers put mail into Junk. */
const EXCHANGE_SPAM_LEVEL = 5;

/**
 * What the server thinks of the message (D23): Junk folder, verdict headers, DMARC by the servers that the operator
 * trusts (RFC 8601). Suspected mail opens in its lane without acknowledgement; a DMARC failure forbids automatic mail.
 */
export const spamVerdict: Filter = {
  name: 'spam-verdict',
  run(mail, context) {
    const dmarcFailed = failsDmarc(mail, context.mailbox.trustedAuthservIds);
    const suspected = whySuspected(mail, context) ?? (dmarcFailed ? 'DMARC fail' : null);
    if (suspected === null) return PASS;
    return {
      verdict: 'noted',
      evidence: { suspected, dmarcFailed },
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
  return null;
}

/** Only the trusted servers' word counts: anybody can write this header. */
function failsDmarc(mail: ParsedMail, trusted: readonly string[]): boolean {
  return (mail.headers['authentication-results'] ?? []).some((value) => {
    const authservId = value.split(';')[0]?.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
    return (
      trusted.some((id) => id.toLowerCase() === authservId) &&
      /(^|[;\s])dmarc\s*=\s*fail\b/i.test(value)
    );
  });
}
