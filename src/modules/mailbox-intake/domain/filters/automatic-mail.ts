import { PASS } from '../decision.js';
import { fromNullSender, headerOf } from '../header-values.js';
import type { ParsedMail } from '../parsed-mail.js';
import type { Filter, MessageContext } from '../message-context.js';
import { machineProof } from '../thread.js';
import { isNoReply, ourOwnList } from './sender.js';

const AUTOMATIC_SUBJECT =
  /^(resposta autom[aá]tica|automatic reply|auto(matic)?[ -]?reply|out of (the )?office|fora do escrit[oó]rio|aus[eê]ncia tempor[aá]ria|estou de f[eé]rias|ausente do escrit[oó]rio)\b/i;

/**
 * Mail that no person's hand sent (RFC 3834, RFC 2919, RFC 5321 null sender): never answered (D21). Never answered is
 * not never a ticket: what it answers, or that it opens one, is for the filters after this.
 */
export const automaticMail: Filter = {
  name: 'automatic-mail',
  run(mail, context) {
    const why = whyAutomatic(mail, context);
    if (why !== null) return { verdict: 'noted', evidence: { why }, learned: { automatic: why } };
    if (!AUTOMATIC_SUBJECT.test(mail.subject)) return PASS;
    // People write such subjects too: alone it keeps us silent; only with proof that it answers us is it a machine's.
    const subject = 'subject of an automatic answer';
    return {
      verdict: 'noted',
      evidence: { why: subject },
      learned:
        machineProof(context) !== null
          ? { automatic: subject }
          : { silent: context.findings.silent ?? subject },
    };
  },
};

function whyAutomatic(mail: ParsedMail, context: MessageContext): string | null {
  const autoSubmitted = headerOf(mail, 'auto-submitted');
  if (autoSubmitted !== '' && !/^no\b/.test(autoSubmitted))
    return `Auto-Submitted: ${autoSubmitted.slice(0, 40)}`;
  if (fromNullSender(mail)) return 'null envelope sender';
  for (const name of [
    'x-autoreply',
    'x-autorespond',
    'x-autoresponse',
    'x-autoreply-from',
    'x-mail-autoreply',
  ]) {
    if (headerOf(mail, name) !== '' && headerOf(mail, name) !== 'no') return name;
  }
  const precedence = headerOf(mail, 'precedence');
  const throughOurList = ourOwnList(mail, context);
  if (/^(auto_reply|auto-reply)/.test(precedence)) return `Precedence: ${precedence}`;
  if (!throughOurList) {
    if (/^(bulk|junk|list)\b/.test(precedence)) return `Precedence: ${precedence}`;
    for (const name of ['list-id', 'list-unsubscribe', 'list-post', 'feedback-id']) {
      if (headerOf(mail, name) !== '') return name;
    }
  }
  if (headerOf(mail, 'x-loop') !== '') return 'x-loop';
  const { from, why } = context.findings.sender;
  if (why === 'from' && from !== null && isNoReply(from.address)) return 'sender takes no replies';
  return null;
}
