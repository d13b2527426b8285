import { PASS, type Verdict } from '../decision.js';
import { asksForSilence, machineByHeaders } from '../automatic/machine-headers.js';
import { machineByWords } from '../automatic/machine-words.js';
import { isChallenge } from '../automatic/challenge.js';
import { headerOf } from '../header-values.js';
import type { ParsedMail } from '../parsed-mail.js';
import type { Filter, MessageContext } from '../message-context.js';
import { machineProof } from '../thread.js';
import { isNoReply, ourOwnList } from './sender.js';

/**
 * Mail that no person's hand sent (RFC 3834, RFC 2919, RFC 5321 null sender): never answered (D21). Never answered is
 * not never a ticket: what it answers, or that it opens one, is for the filters after this.
 */
export const automaticMail: Filter = {
  name: 'automatic-mail',
  run(mail, context) {
    const why = whyAutomatic(mail, context);
    const words = why === null || isListMail(why) ? machineByWords(mail) : null;
    if (why !== null)
      return noted(words === null ? why : `${words} of an automatic answer`, 'automatic');
    const proven = machineProof(context) !== null;
    if (proven && words === null && isChallenge(mail)) return noted('challenge', 'automatic');
    if (words === null) {
      return context.findings.silent === null && asksForSilence(mail)
        ? noted('X-Auto-Response-Suppress', 'silent')
        : PASS;
    }
    // People write such words too: alone they keep us silent; only with proof that it answers us is it a machine's.
    const spoken = `${words} of an automatic answer`;
    if (proven) return noted(spoken, 'automatic');
    return noted(spoken, 'silent', context.findings.silent ?? spoken);
  },
};

/** Mail of a list or to many: it may be a person's answer through a list. */
export function isListMail(why: string): boolean {
  return /^(list-|precedence: list|feedback-id)/i.test(why);
}

function noted(why: string, as: 'automatic' | 'silent', silent = why): Verdict {
  return {
    verdict: 'noted',
    evidence: { why },
    learned: as === 'automatic' ? { automatic: why } : { silent },
  };
}

function whyAutomatic(mail: ParsedMail, context: MessageContext): string | null {
  const byHeaders = machineByHeaders(mail);
  if (byHeaders !== null) return byHeaders;
  const precedence = headerOf(mail, 'precedence');
  const throughOurList = ourOwnList(mail, context);
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
