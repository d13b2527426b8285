import type { ReasonConfig } from '../../../config/index.js';
import { byClues, decideReason, type ReasonClassifier } from './decide-reason.js';
import type { LabelledMessage } from './labelled-message.js';
import { ReasonCounter, type ReasonCounts } from './reason-counts.js';
import { ReasonModel } from './reason-model.js';
import { wordsOfMessage } from './words.js';

type Reasons = Readonly<Record<string, ReasonConfig>>;

/** What was said of a labelled message. `filed` null: nothing was decided, it waits "a classificar". */
export interface Verdict {
  readonly expected: string | null;
  readonly filed: string | null;
  readonly confidence: number;
}

/** A share with its 95 % interval; null where there was nothing to count. */
export interface Share {
  readonly right: number;
  readonly of: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ReasonFigures {
  readonly reason: string | null;
  readonly messages: number;
  /** Of the messages that have this reason, how many were filed at all; of none: how many were left alone. */
  readonly decided: Share;
  /** Of those that have it and were filed, how many were filed under it. */
  readonly right: Share;
  /** Of those filed under it, how many have it. */
  readonly trusted: Share;
}

export interface Evaluation {
  readonly messages: number;
  /** Filed, of the messages that have a reason. */
  readonly decided: Share;
  /** Right, of everything filed; a message without a reason that was filed is wrong. */
  readonly right: Share;
  /** Filed under its reason, or rightly left alone, of all messages. */
  readonly overall: Share;
  readonly reasons: readonly ReasonFigures[];
  /** How sure it was against how often it was right, of what was filed. */
  readonly calibration: readonly {
    readonly from: number;
    readonly to: number;
    readonly right: Share;
  }[];
}

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** Wilson's interval (1927) of a share: honest for few cases and for shares near 0 and 1. */
export function wilson(right: number, of: number): Share {
  if (of === 0) return { right, of, share: null, low: null, high: null };
  const share = right / of;
  const middle = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half =
    (Z / (1 + (Z * Z) / of)) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { right, of, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * Judges messages by clues and `classifier` as intake would, without marks, senders and mailbox. A redirecting reason is
 * only ever proposed (D5), so it counts as not filed.
 */
export function judge(
  messages: readonly LabelledMessage[],
  reasons: Reasons,
  classifier: ReasonClassifier,
): Verdict[] {
  return messages.map(({ reason, subject, text }) => {
    const { key, confidence } = decideReason({ ...UNMARKED, subject, text }, reasons, classifier);
    return { expected: reason, filed: filed(key, reasons), confidence };
  });
}

/** The same by the clue rules alone: the highest score decides, a tie does not. */
export function judgeByClues(messages: readonly LabelledMessage[], reasons: Reasons): Verdict[] {
  return messages.map((message) => {
    const decision = byClues(wordsOfMessage(message), { fromAddress: null }, reasons);
    return {
      expected: message.reason,
      filed: filed(decision?.key ?? null, reasons),
      confidence: decision?.confidence ?? 0,
    };
  });
}

const UNMARKED = {
  explicit: null,
  subAddress: null,
  fromAddress: null,
  fixedReason: null,
  fallbackReason: null,
};

function filed(key: string | null, reasons: Reasons): string | null {
  return key !== null && reasons[key]?.action !== 'redirect' ? key : null;
}

/**
 * Cross-validation: each message is judged by a model that has not seen it, only `base` and the other parts. Which part
 * a message is in follows from its place, so the same list gives the same figures.
 */
export function crossValidate(
  messages: readonly LabelledMessage[],
  reasons: Reasons,
  thresholds: Pick<ReasonClassifier, 'decideAt' | 'proposeAt'>,
  base: ReasonCounts | null,
  parts = 10,
): Verdict[] {
  const verdicts: Verdict[] = [];
  const known = base === null ? null : new ReasonModel(base);
  for (let part = 0; part < Math.min(parts, messages.length); part += 1) {
    const counter = new ReasonCounter();
    messages.forEach((message, at) => {
      if (at % parts !== part) counter.add(message.reason, wordsOfMessage(message));
    });
    const model =
      base === null || known === null
        ? new ReasonModel(counter.counts(() => true))
        : new ReasonModel(
            base,
            counter.counts((word) => known.hasWord(word)),
          );
    const mine = messages.filter((_, at) => at % parts === part);
    verdicts.push(...judge(mine, reasons, { model, version: 'cross-validation', ...thresholds }));
  }
  return verdicts;
}

/** The figures of many verdicts. */
export function evaluate(verdicts: readonly Verdict[]): Evaluation {
  const count = (which: (verdict: Verdict) => boolean): number => verdicts.filter(which).length;
  const has = count(({ expected }) => expected !== null);
  const filedAll = count(({ filed: key }) => key !== null);
  const hits = count(({ expected, filed: key }) => key !== null && key === expected);
  const labels = [...new Set(verdicts.map(({ expected }) => expected))].sort(byName);
  return {
    messages: verdicts.length,
    decided: wilson(
      count(({ expected, filed: key }) => expected !== null && key !== null),
      has,
    ),
    right: wilson(hits, filedAll),
    overall: wilson(
      count(({ expected, filed: key }) => key === expected),
      verdicts.length,
    ),
    reasons: labels.map((label) => figuresOf(label, verdicts)),
    calibration: calibration(verdicts),
  };
}

function figuresOf(reason: string | null, verdicts: readonly Verdict[]): ReasonFigures {
  const mine = verdicts.filter(({ expected }) => expected === reason);
  const filedOfMine = mine.filter(({ filed: key }) => key !== null);
  const filedHere = verdicts.filter(({ filed: key }) => key !== null && key === reason);
  const hits = filedHere.filter(({ expected }) => expected === reason).length;
  const alone = mine.length - filedOfMine.length;
  return {
    reason,
    messages: mine.length,
    decided: wilson(reason === null ? alone : filedOfMine.length, mine.length),
    right: reason === null ? wilson(alone, mine.length) : wilson(hits, filedOfMine.length),
    trusted: wilson(hits, filedHere.length),
  };
}

const BINS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

function calibration(verdicts: readonly Verdict[]): Evaluation['calibration'] {
  return BINS.slice(0, -1).flatMap((from, at) => {
    const to = BINS[at + 1]!;
    const inside = verdicts.filter(
      ({ filed: key, confidence }) =>
        key !== null && confidence >= from && (confidence < to || (to === 1 && confidence === 1)),
    );
    const right = inside.filter(({ expected, filed: key }) => key === expected).length;
    return inside.length === 0 ? [] : [{ from, to, right: wilson(right, inside.length) }];
  });
}

function byName(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
