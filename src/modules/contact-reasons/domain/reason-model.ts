import { eachWord, NONE, pairWeight, type ReasonCounts } from './reason-counts.js';
import { TypoIndex } from './typo-index.js';
import type { MessageWords, Word } from './words.js';

/** A word, or two, that spoke for a reason, and how loudly: the natural logarithm of how many times likelier it made it. */
export interface SpokenWord {
  readonly word: string;
  readonly weight: number;
}

/** What a model makes of one message. */
export interface Judgement {
  /** ln P(label | words) by label; equal for all where no word is known. */
  readonly logs: ReadonlyMap<string, number>;
  /** The words that spoke for a label against all others, loudest first; empty for one that nobody taught. */
  wordsFor(label: string): SpokenWord[];
}

/** The known words and pairs of a message, each once, and how often they stand in it. */
interface Features {
  readonly ids: readonly number[];
  readonly times: readonly number[];
}

/** Every word is thought of as seen so often in every label's messages before any was. */
const SMOOTHING = 1;
/** Words of one message hang together: the more there are, the less each one tells. Fitted by cross-validation. */
const LENGTH_DAMPING = 0.2;
/** What agents' corrections weigh against a shipped example, and how much they may weigh together for one label. */
const CORRECTION_WEIGHT = 3;
const CORRECTION_MASS = 6_000;
/** A word must have been met about twice before another is taken for its misspelling. */
const SPELT_RIGHT = 1.38;
const SPOKEN_WORDS = 6;

/**
 * Multinomial naive Bayes over stems and pairs of stems, with equal priors: small, trained by counting, and every word's
 * part in the result can be shown. What it knows never changes.
 */
export class ReasonModel {
  /** Keys of reasons, and `NONE`. */
  readonly labels: readonly string[];
  private readonly words = new Map<string, number>();
  private readonly pairs = new Map<string, Map<string, number>>();
  /** ln P(feature | label), features × labels. */
  private readonly logs: Float64Array;
  /** The sum of each feature's logarithms. */
  private readonly rowSums: Float64Array;
  /** Scratch of `featuresOf`: where a feature stood in the list of the last message that had it. */
  private readonly places: Uint32Array;
  private readonly typos: TypoIndex;

  /** `learnt`: counts of corrections, laid over those that are shipped. */
  constructor(shipped: ReasonCounts, learnt: ReasonCounts = {}) {
    this.labels = [...new Set([...Object.keys(shipped), ...Object.keys(learnt), NONE])];
    const features = new Map<string, Float64Array>();
    this.labels.forEach((label, at) => {
      this.add(features, shipped[label] ?? {}, at, 1);
      this.add(features, learnt[label] ?? {}, at, weightOf(learnt[label] ?? {}));
    });
    const totals = new Float64Array(this.labels.length);
    for (const counts of features.values()) counts.forEach((count, at) => (totals[at]! += count));
    this.logs = new Float64Array(features.size * this.labels.length);
    this.rowSums = new Float64Array(features.size);
    this.places = new Uint32Array(features.size);
    const known: string[] = [];
    let feature = 0;
    for (const [name, counts] of features) {
      this.place(name, feature);
      counts.forEach((count, at) => {
        const log = Math.log((count + SMOOTHING) / (totals[at]! + SMOOTHING * features.size));
        this.logs[feature * this.labels.length + at] = log;
        this.rowSums[feature]! += log;
      });
      if (!name.includes(' ') && counts.reduce((sum, count) => sum + count) >= SPELT_RIGHT)
        known.push(name);
      feature += 1;
    }
    this.typos = new TypoIndex(known, (name) => this.words.has(name));
  }

  /** Whether this stem was counted. */
  hasWord(term: string): boolean {
    return this.words.has(term);
  }

  /** What the words of a message say, before clues. */
  judge(message: MessageWords): Judgement {
    const width = this.labels.length;
    const sums = new Float64Array(width);
    const features = this.featuresOf(message);
    const { ids, times } = features;
    let length = 0;
    for (let at = 0; at < ids.length; at += 1) {
      const value = Math.log1p(times[at]!);
      length += value;
      const row = ids[at]! * width;
      for (let label = 0; label < width; label += 1)
        sums[label]! += value * this.logs[row + label]!;
    }
    const scale = damping(length);
    const scaled = sums.map((sum) => sum * scale);
    const top = Math.max(...scaled);
    const whole = top + Math.log(scaled.reduce((sum, one) => sum + Math.exp(one - top), 0));
    return {
      logs: new Map(this.labels.map((label, at) => [label, scaled[at]! - whole])),
      wordsFor: (label) => this.wordsFor(message, features, scale, this.labels.indexOf(label)),
    };
  }

  private wordsFor(
    message: MessageWords,
    { ids, times }: Features,
    scale: number,
    mine: number,
  ): SpokenWord[] {
    if (mine < 0) return [];
    const width = this.labels.length;
    const loudest: { feature: number; weight: number }[] = [];
    let bar = 0;
    for (let at = 0; at < ids.length; at += 1) {
      const feature = ids[at]!;
      const own = this.logs[feature * width + mine]!;
      const others = (this.rowSums[feature]! - own) / (width - 1);
      const weight = Math.log1p(times[at]!) * scale * (own - others);
      if (weight <= bar) continue;
      loudest.push({ feature, weight });
      loudest.sort((a, b) => b.weight - a.weight);
      if (loudest.length > SPOKEN_WORDS) loudest.pop();
      if (loudest.length === SPOKEN_WORDS) bar = loudest.at(-1)!.weight;
    }
    const written = this.writtenAs(message, new Set(loudest.map(({ feature }) => feature)));
    return loudest.map(({ feature, weight }) => ({
      word: written.get(feature)!,
      weight: Math.round(weight * 100) / 100,
    }));
  }

  /** How the message itself writes these words and pairs, where they stand first. */
  private writtenAs(message: MessageWords, wanted: ReadonlySet<number>): Map<number, string> {
    const written = new Map<number, string>();
    this.eachFeature(message, (feature, _weight, word, before) => {
      if (!wanted.has(feature) || written.has(feature)) return;
      written.set(feature, before === null ? word.written : `${before.written} ${word.written}`);
    });
    return written;
  }

  private featuresOf(message: MessageWords): Features {
    const ids: number[] = [];
    const times: number[] = [];
    const { places } = this;
    this.eachFeature(message, (feature, weight) => {
      const place = places[feature]!;
      if (ids[place] === feature) {
        times[place]! += weight;
        return;
      }
      places[feature] = ids.length;
      ids.push(feature);
      times.push(weight);
    });
    return { ids, times };
  }

  private eachFeature(
    message: MessageWords,
    see: (feature: number, weight: number, word: Word, before: Word | null) => void,
  ): void {
    eachWord(message, (word, before, weight) => {
      if (!word.common) {
        const feature = this.words.get(word.term) ?? this.meant(word.term);
        if (feature !== undefined) see(feature, weight, word, null);
      }
      const pair = before === null ? undefined : this.pairs.get(before.term)?.get(word.term);
      if (pair !== undefined) see(pair, pairWeight(weight), word, before);
    });
  }

  private meant(term: string): number | undefined {
    const right = this.typos.meant(term);
    return right === null ? undefined : this.words.get(right);
  }

  private add(
    features: Map<string, Float64Array>,
    counts: Readonly<Record<string, number>>,
    at: number,
    weight: number,
  ): void {
    for (const [name, count] of Object.entries(counts)) {
      const row = features.get(name) ?? new Float64Array(this.labels.length);
      row[at]! += count * weight;
      features.set(name, row);
    }
  }

  private place(name: string, feature: number): void {
    const space = name.indexOf(' ');
    if (space < 0) {
      this.words.set(name, feature);
      return;
    }
    const first = name.slice(0, space);
    const seconds = this.pairs.get(first) ?? new Map<string, number>();
    this.pairs.set(first, seconds.set(name.slice(space + 1), feature));
  }
}

const damping = (length: number): number => (Math.max(length, 1) / 10) ** -LENGTH_DAMPING;

/** Much corrected reasons do not drown the others. */
function weightOf(counts: Readonly<Record<string, number>>): number {
  let mass = 0;
  for (const count of Object.values(counts)) mass += count;
  return mass === 0 ? 0 : Math.min(CORRECTION_WEIGHT, CORRECTION_MASS / mass);
}
