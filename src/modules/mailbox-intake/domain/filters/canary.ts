import { PASS } from '../decision.js';
import type { Filter } from '../message-context.js';

/**
 * Our own probe that is back: recorded, measured, never a ticket or an answer. Only one that we are waiting for, by its
 * signed token, once: whatever else carries a token goes the way of all mail, so that nothing hides behind it (D22).
 */
export const canary: Filter = {
  name: 'canary',
  run(mail, { canary: claim, own, folderRole }) {
    if (claim === null) return PASS;
    if (claim.kind === 'refused')
      return { verdict: 'pass', evidence: { canary: 'refused', why: claim.why } };
    const from = mail.from?.address ?? null;
    if (from !== null && !own.isOwnDomain(from))
      return { verdict: 'pass', evidence: { canary: 'refused', why: 'not from us' } };
    const { canaryId } = claim;
    return {
      verdict: 'decided',
      evidence: { canaryId, folder: folderRole },
      plan: { kind: 'canary', canaryId },
    };
  },
};
