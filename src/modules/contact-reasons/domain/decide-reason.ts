import type { ReasonConfig } from '../../../config/index.js';
import { scoreReasons, type ReasonScore } from './clue-scores.js';
import { foldName } from './fold-text.js';
import type { ReasonModel, SpokenWord } from './reason-model.js';
import { weighReasons, type Weighed } from './weigh-reasons.js';
import { wordsOfMessage, type MessageWords } from './words.js';

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

/** What has learnt from labelled messages, and how sure it must be. */
export interface ReasonClassifier {
  readonly model: ReasonModel;
  /** For the journal: which model it was; 0 is the shipped one. */
  readonly version: string;
  /** From this confidence (0…1) on a reason is decided, below it only proposed. */
  readonly decideAt: number;
  /** Below this one it is not even proposed. */
  readonly proposeAt: number;
}

/** What nobody decided but an agent may take up (D4): shown on the ticket. */
export interface ReasonProposal {
  readonly key: string;
  readonly confidence: number;
  readonly words: readonly SpokenWord[];
}

const FALLBACK_CONFIDENCE = 0.2;

/**
 * Decides the contact reason of a message (D4): explicit mark (form, sub-address, subject tag) → the mailbox's fixed
 * reason → clues and classifier → the mailbox's fallback → none. Without a classifier the clues decide alone. A reason
 * that was likely but not sure stands in the evidence as `proposal`. Retired and unknown reasons are never chosen. Pure;
 * the same input gives the same decision.
 */
export function decideReason(
  marks: ReasonMarks,
  reasons: Readonly<Record<string, ReasonConfig>>,
  classifier: ReasonClassifier | null = null,
): ReasonDecision {
  const marked =
    byMark('form', marks.explicit, reasons) ??
    byMark('sub_address', marks.subAddress, reasons) ??
    bySubjectTag(marks.subject, reasons) ??
    byMark('mailbox', marks.fixedReason, reasons);
  if (marked !== null) return marked;
  const words = wordsOfMessage(marks);
  const read =
    classifier === null
      ? byClues(words, marks, reasons)
      : byWords(words, marks, reasons, classifier);
  if (read !== null && read.key !== null) return read;
  const fallback = byMark('fallback', marks.fallbackReason, reasons);
  if (fallback === null)
    return read ?? { key: null, decidedBy: 'none', confidence: 0, evidence: {} };
  return { ...fallback, evidence: { ...read?.evidence, ...fallback.evidence } };
}

/** What was proposed and not decided; null where there is nothing to take up. */
export function proposalIn(decision: Pick<ReasonDecision, 'evidence'>): ReasonProposal | null {
  const proposal = decision.evidence['proposal'] as ReasonProposal | undefined;
  return proposal ?? null;
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
 * Clues and model together. Decided by `clues` where they alone would have said the same, else by the `classifier`.
 * Never null: what is not sure enough comes back without a key, with what was thought of it.
 */
function byWords(
  words: MessageWords,
  marks: ReasonMarks,
  reasons: Readonly<Record<string, ReasonConfig>>,
  { model, version, decideAt, proposeAt }: ReasonClassifier,
): ReasonDecision {
  const weighed = weighReasons(words, marks.fromAddress, reasons, model);
  const likeliest = weighed.ranked.find(({ key }) => key !== null);
  const [first] = weighed.ranked;
  const evidence = { model: version, considered: considered(weighed) };
  if (likeliest?.key == null || likeliest.probability < Math.min(decideAt, proposeAt)) {
    return { key: null, decidedBy: 'none', confidence: rounded(first!.probability), evidence };
  }
  const { key } = likeliest;
  const confidence = rounded(likeliest.probability);
  const spoken = weighed.judgement.wordsFor(key);
  const clues = weighed.clues.find((one) => one.key === key)?.clues.slice(0, 10) ?? [];
  const why = { ...evidence, words: spoken, ...(clues.length === 0 ? {} : { clues }) };
  if (likeliest.probability < decideAt) {
    const proposal: ReasonProposal = { key, confidence, words: spoken };
    return { key: null, decidedBy: 'none', confidence: 0, evidence: { ...evidence, proposal } };
  }
  const decidedBy = cluesChoose(weighed.clues) === key ? 'clues' : 'classifier';
  return { key, decidedBy, confidence, evidence: why };
}

function considered({ ranked }: Weighed): { key: string | null; probability: number }[] {
  return ranked
    .slice(0, 3)
    .map(({ key, probability }) => ({ key, probability: rounded(probability) }));
}

/** The one with the highest score; a tie decides nothing. */
function cluesChoose([first, second]: readonly ReasonScore[]): string | null {
  return first === undefined || first.score === second?.score ? null : first.key;
}

const rounded = (share: number): number => Math.round(share * 100) / 100;

/**
 * The reason with the highest score; a tie decides nothing. The confidence grows with the score and shrinks with the
 * runner-up's: one word in the body alone is a hint (0.5), a word in the subject without rivals nearly sure (0.88).
 */
export function byClues(
  words: MessageWords,
  marks: Pick<ReasonMarks, 'fromAddress'>,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonDecision | null {
  const scores = scoreReasons(words, marks.fromAddress, reasons);
  const [first, second] = scores;
  if (first === undefined || cluesChoose(scores) === null) return null;
  const strength = 1 - 2 ** -first.score;
  const lead = first.score / (first.score + (second?.score ?? 0));
  return {
    key: first.key,
    decidedBy: 'clues',
    confidence: rounded(strength * lead),
    evidence: {
      score: first.score,
      clues: first.clues.slice(0, 10),
      ...(second === undefined ? {} : { runnerUp: { key: second.key, score: second.score } }),
    },
  };
}
