import { createHash } from 'node:crypto';
import type { OutboundKind } from './outgoing.js';

/** Why automatic mail to a correspondent is held. */
export type HoldReason = 'budget' | 'echo' | 'repeated_body';

const HOUR_MS = 3_600_000;
/** One kind of automatic mail from one mailbox to one correspondent within an hour; D7 allows fewer. */
const BUDGET_AN_HOUR = 10;
/** The same text from the same correspondent within a day: more than two hours of D7's acknowledgements. */
const SAME_BODY_A_DAY = 12;
/** How long texts are remembered: an automatic mail that comes back within this time is an echo. */
export const REMEMBERED_MS = 24 * HOUR_MS;
/** How long a hold stands without a person's word. */
export const HOLD_MS = 24 * HOUR_MS;

/** Longer texts differ early enough, and shorter ones ("ok", "bom dia") say nothing about who wrote them. */
const MAX_LETTERS = 4_000;
const MIN_LETTERS = 40;
/** Fewer new letters than this are no answer. */
const NOTHING_NEW = 10;

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

/** How often a text may come before nothing answers it any more. */
export function sameBodyLimit(acknowledgementsPerSenderHour: number): number {
  return Math.max(SAME_BODY_A_DAY, 2 * acknowledgementsPerSenderHour + 2);
}

/** The letters of a text, whatever became of its lines, digits, dates and links on the way. */
function lettersOf(text: string): string {
  return text
    .slice(0, 4 * MAX_LETTERS)
    .replace(/https?:\/\/[^\s<>"]{1,2000}/gi, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, '')
    .slice(0, MAX_LETTERS);
}

/** sha256 over the letters of a text; null where there are too few of them to tell anything. */
export function bodyFingerprint(text: string): Buffer | null {
  const letters = lettersOf(text);
  return letters.length < MIN_LETTERS ? null : createHash('sha256').update(letters).digest();
}

/** A message as the loop breaker hears it: all of its text, and what is new in it. */
export interface HeardText {
  readonly text: string;
  readonly visibleText: string;
}

/**
 * Whether a message sends our own words back: all of them, with or without words around, or a large part of them. Words
 * of ours that are only quoted below something new are a person's answer.
 */
export function isEcho(message: HeardText, sent: readonly string[]): boolean {
  const visible = lettersOf(message.visibleText);
  return sent.map(lettersOf).some((ours) => {
    if (ours.length < MIN_LETTERS) return false;
    if (visible.includes(ours)) return true;
    if (visible.length >= MIN_LETTERS) return ours.includes(visible);
    return visible.length < NOTHING_NEW && lettersOf(message.text).includes(ours);
  });
}
