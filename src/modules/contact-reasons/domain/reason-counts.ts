import type { MessageWords, Word } from './words.js';

/** The label of "none of these": no key of a reason is empty. */
export const NONE = '';

/**
 * What was learnt, by label (a reason's key or `NONE`): how often a word's stem, or two stems one after the other with a
 * space between, stood in its messages. A sum of ln(1 + times) over the messages, so that repeating tells little.
 */
export type ReasonCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A word in the subject counts as often as this; a pair of words as half a word. */
const SUBJECT_WEIGHT = 2;
const PAIR_WEIGHT = 0.5;
/** How many words of the text are counted. */
const TEXT_WORDS = 400;

/** Calls `visit` for each word with the one before it, and what the two together weigh. */
export function eachWord(
  words: MessageWords,
  visit: (word: Word, before: Word | null, weight: number) => void,
): void {
  for (const [part, weight] of [
    [words.subject, SUBJECT_WEIGHT],
    [words.text, 1],
  ] as const) {
    let before: Word | null = null;
    const length = Math.min(part.length, TEXT_WORDS);
    for (let at = 0; at < length; at += 1) {
      const word = part[at]!;
      visit(word, before, weight);
      before = word;
    }
  }
}

/** What the pair of a word and the one before it adds. */
export const pairWeight = (weight: number): number => weight * PAIR_WEIGHT;

/** Counts labelled messages, one after the other. */
export class ReasonCounter {
  private readonly sums = new Map<string, Map<string, number>>();
  /** In how many messages a word or pair stood. */
  private readonly messages = new Map<string, number>();

  /** `label` null: none of the reasons. */
  add(label: string | null, words: MessageWords): void {
    const seen = new Map<string, number>();
    const see = (feature: string, weight: number): void => {
      seen.set(feature, (seen.get(feature) ?? 0) + weight);
    };
    eachWord(words, (word, before, weight) => {
      if (!word.common) see(word.term, weight);
      if (before !== null) see(`${before.term} ${word.term}`, pairWeight(weight));
    });
    const key = label ?? NONE;
    const sums = this.sums.get(key) ?? new Map<string, number>();
    this.sums.set(key, sums);
    for (const [feature, times] of seen) {
      sums.set(feature, (sums.get(feature) ?? 0) + Math.log1p(times));
      this.messages.set(feature, (this.messages.get(feature) ?? 0) + 1);
    }
  }

  /**
   * What was counted, to two decimals. Pairs that stood in one message only are left out; so are words, unless `keepWord`
   * says otherwise: what a single message said is no rule, and may be a name.
   */
  counts(keepWord: (word: string) => boolean): ReasonCounts {
    const rows = [...this.sums].map(([label, sums]) => [
      label,
      Object.fromEntries(
        [...sums]
          .filter(
            ([feature]) =>
              this.messages.get(feature)! > 1 || (!feature.includes(' ') && keepWord(feature)),
          )
          .map(([feature, sum]) => [feature, Math.round(sum * 100) / 100]),
      ),
    ]);
    return Object.fromEntries(rows) as ReasonCounts;
  }
}
