import { createHash } from 'node:crypto';
import type { OutboundKind } from './outgoing.js';

/** Why automatic mail to a correspondent is held. */
export type HoldReason = 'budget' | 'echo' | 'repeated_body';

const HOUR_MS = 3_600_000;
/** One kind of automatic mail from one mailbox to one correspondent within an hour; D7 allows fewer. */
const BUDGET_AN_HOUR = 10;
/** The same text from the same correspondent within an hour: the third time nobody answers by machine any more. */
export const SAME_BODY_AN_HOUR = 3;
/** An automatic mail that comes back within this time is an echo. */
export const ECHO_WITHIN_MS = 24 * HOUR_MS;
/** How long a hold stands without a person's word. */
export const HOLD_MS = 24 * HOUR_MS;

/** Longer texts differ early enough, and shorter ones ("ok", "bom dia") say nothing about who wrote them. */
const MAX_LETTERS = 4_000;
const MIN_LETTERS = 40;

/**
 * The budget of a mail, or null where it is not counted: what a person wrote, and notices to our own people. An
 * operator who allows a sender more acknowledgements than D7's default raises it with them.
 */
export function budgetOf(
  mail: { readonly automatic: boolean; readonly kind: OutboundKind },
  acknowledgementsPerSenderHour: number,
): number | null {
  if (!mail.automatic || mail.kind === 'notice') return null;
  return Math.max(BUDGET_AN_HOUR, 2 * acknowledgementsPerSenderHour);
}

/** The hour that an instant is counted in. */
export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
}

/**
 * sha256 over the letters of a text, whatever became of its lines, digits, dates and links on the way; null where there
 * are too few of them to tell anything.
 */
export function bodyFingerprint(text: string): Buffer | null {
  const letters = text
    .slice(0, 4 * MAX_LETTERS)
    .replace(/https?:\/\/[^\s<>"]{1,2000}/gi, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, '')
    .slice(0, MAX_LETTERS);
  return letters.length < MIN_LETTERS ? null : createHash('sha256').update(letters).digest();
}
