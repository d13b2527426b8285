import type { ReasonConfig } from '../../../config/index.js';
import { scoreReasons, type ReasonScore } from './clue-scores.js';
import { NONE } from './reason-counts.js';
import type { Judgement, ReasonModel } from './reason-model.js';
import type { MessageWords } from './words.js';

/** Every reason in force and none of them (null), likeliest first; the probabilities add up to 1. */
export interface WeighedReason {
  readonly key: string | null;
  readonly probability: number;
}

export interface Weighed {
  readonly ranked: readonly WeighedReason[];
  /** What the clues alone say. */
  readonly clues: readonly ReasonScore[];
  /** What the model alone says. */
  readonly judgement: Judgement;
}

/** What one point of a clue's score adds to a reason's log-odds, and up to how many points. Fitted by cross-validation. */
const CLUE_POINT = 0.6;
const CLUE_POINTS = 6;
/** A reason without any labelled message is known by its clues alone: they count double. */
const UNTAUGHT_CLUE_POINT = 1.2;
const UNTAUGHT = 0.5;
/** In doubt nothing is decided. */
const NONE_LEAN = 0.7;

/**
 * Puts clues and model together: the model's log-odds, raised by the clues. What the model knows and the configuration
 * does not offer counts for none; what the model does not know starts as likely as none and lives by its clues.
 */
export function weighReasons(
  words: MessageWords,
  fromAddress: string | null,
  reasons: Readonly<Record<string, ReasonConfig>>,
  model: ReasonModel,
): Weighed {
  const clues = scoreReasons(words, fromAddress, reasons);
  const scores = new Map(clues.map(({ key, score }) => [key, Math.min(score, CLUE_POINTS)]));
  const judgement = model.judge(words);
  const judged = judgement.logs;
  const none = judged.get(NONE)!;
  const odds = new Map<string | null, number>();
  for (const [key, reason] of Object.entries(reasons)) {
    if (reason.retired) continue;
    const score = scores.get(key) ?? 0;
    const taught = judged.get(key);
    if (taught !== undefined) odds.set(key, taught + CLUE_POINT * score);
    else if (score > 0) odds.set(key, none - UNTAUGHT + UNTAUGHT_CLUE_POINT * score);
  }
  let nothing = Math.exp(none + NONE_LEAN);
  for (const [label, log] of judged) {
    if (label !== NONE && !odds.has(label)) nothing += Math.exp(log);
  }
  odds.set(null, Math.log(nothing));
  const top = Math.max(...odds.values());
  let whole = 0;
  for (const log of odds.values()) whole += Math.exp(log - top);
  const ranked = [...odds]
    .map(([key, log]) => ({ key, probability: Math.exp(log - top) / whole }))
    .sort((a, b) => b.probability - a.probability);
  return { ranked, clues, judgement };
}
