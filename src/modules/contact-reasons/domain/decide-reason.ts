import type { ReasonConfig } from '../../../config/index.js';
import { scoreReasons } from './clue-scores.js';
import { foldName } from './fold-text.js';

/** What a message says about its reason, by decreasing weight (D4). */
export interface ReasonMarks {
  /** Picked in a form or by an agent. */
  readonly explicit: string | null;
  /** Detail of `+m.<key>`. */
  readonly subAddress: string | null;
  readonly subject: string;
  readonly text: string;
  readonly fromAddress: string | null;
  readonly fixedReason: string | null;
  readonly fallbackReason: string | null;
}

export interface ReasonDecision {
  /** null: "a classificar". */
  readonly key: string | null;
  readonly decidedBy:
    | 'form'
    | 'sub_address'
    | 'subject_tag'
    | 'mailbox'
    | 'clues'
    | 'classifier'
    | 'fallback'
    | 'none'
    | 'agent';
  /** 0…1. */
  readonly confidence: number;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** How much of the text is looked at: what a mail is about stands at its beginning, and the cost stays bounded. */
const TEXT_LIMIT = 8_000;
const FALLBACK_CONFIDENCE = 0.2;

/**
 * Decides the contact reason of a message (D4): explicit mark (form, sub-address, subject tag) → the mailbox's fixed
 * reason → clues → the mailbox's fallback → none. Retired and unknown reasons are never chosen. Pure; the same input
 * gives the same decision.
 */
export function decideReason(
  marks: ReasonMarks,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonDecision {
  return (
    byMark('form', marks.explicit, reasons) ??
    byMark('sub_address', marks.subAddress, reasons) ??
    bySubjectTag(marks.subject, reasons) ??
    byMark('mailbox', marks.fixedReason, reasons) ??
    byClues(marks, reasons) ??
    byMark('fallback', marks.fallbackReason, reasons) ?? {
      key: null,
      decidedBy: 'none',
      confidence: 0,
      evidence: {},
    }
  );
}

function inForce(key: string | null, reasons: Readonly<Record<string, ReasonConfig>>): boolean {
  return key !== null && Object.hasOwn(reasons, key) && !reasons[key]!.retired;
}

/** The reason that a customer's mark names, by key or label, however spelled. */
function named(mark: string, reasons: Readonly<Record<string, ReasonConfig>>): string | null {
  if (inForce(mark, reasons)) return mark;
  const folded = foldName(mark);
  if (folded === '') return null;
  for (const [key, reason] of Object.entries(reasons)) {
    if (!reason.retired && (foldName(key) === folded || foldName(reason.label) === folded))
      return key;
  }
  return null;
}

function byMark(
  decidedBy: 'form' | 'sub_address' | 'mailbox' | 'fallback',
  mark: string | null,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonDecision | null {
  const key = mark === null ? null : named(mark, reasons);
  if (key === null) return null;
  return {
    key,
    decidedBy,
    confidence: decidedBy === 'fallback' ? FALLBACK_CONFIDENCE : 1,
    evidence: { mark },
  };
}

/** `[motivo: Domínios]` anywhere in the subject, or `#dominios`. */
function bySubjectTag(
  subject: string,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonDecision | null {
  const marks = [
    ...[...subject.matchAll(/\[\s*motivo\s*:\s*([^\]]{1,80})\]/giu)].map((match) =>
      match[1]!.trim(),
    ),
    ...[...subject.matchAll(/(?:^|\s)#([\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,79})/gu)].map(
      (match) => match[1]!,
    ),
  ];
  for (const mark of marks) {
    const key = named(mark, reasons);
    if (key !== null) return { key, decidedBy: 'subject_tag', confidence: 1, evidence: { mark } };
  }
  return null;
}

/**
 * The reason with the highest score; a tie decides nothing. The confidence grows with the score and shrinks with the
 * runner-up's: one word in the body alone is a hint (0.5), a word in the subject without rivals nearly sure (0.88).
 */
function byClues(
  marks: ReasonMarks,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonDecision | null {
  const [first, second] = scoreReasons(
    { ...marks, text: marks.text.slice(0, TEXT_LIMIT) },
    reasons,
  );
  if (first === undefined || (second !== undefined && second.score === first.score)) return null;
  const strength = 1 - 2 ** -first.score;
  const lead = first.score / (first.score + (second?.score ?? 0));
  return {
    key: first.key,
    decidedBy: 'clues',
    confidence: Math.round(strength * lead * 100) / 100,
    evidence: {
      score: first.score,
      clues: first.clues.slice(0, 10),
      ...(second === undefined ? {} : { runnerUp: { key: second.key, score: second.score } }),
    },
  };
}
