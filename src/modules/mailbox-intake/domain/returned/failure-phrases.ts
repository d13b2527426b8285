import type { FailureReason } from './failure-reasons.js';
import { GENERAL_PHRASES } from './general-phrases.js';
import { SPECIFIC_PHRASES } from './specific-phrases.js';

/**
 * What servers say, in lower case with single spaces; the first that matches decides, so what is specific stands before
 * what is general. Phrases are those of the programs in the field (sendmail, Postfix, Exim, qmail, Exchange, Domino,
 * the large providers), Portuguese ones included.
 */
export const PHRASES: readonly (readonly [FailureReason, RegExp])[] = [
  ...SPECIFIC_PHRASES,
  ...GENERAL_PHRASES,
].map(([reason, phrases]) => [reason, new RegExp(phrases.join('|'))] as const);
