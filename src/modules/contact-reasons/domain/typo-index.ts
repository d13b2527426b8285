/** Shorter stems are too much alike. */
const SHORTEST = 5;
const LONGEST = 20;
const REMEMBERED = 20_000;

/**
 * Finds the known stem that an unknown one misspells: one letter more, less, another, or two changed about
 * (Damerau 1964), the first one right. By the letters left after leaving one out, so a look-up costs the word's length.
 */
export class TypoIndex {
  private readonly shortened = new Map<string, string>();
  private readonly right: ReadonlySet<string>;
  private readonly found = new Map<string, string | null>();

  /** `isKnown`: every stem that is somebody's, also those too rare to be meant by others. */
  constructor(
    right: readonly string[],
    private readonly isKnown: (stem: string) => boolean,
  ) {
    this.right = new Set(right);
    for (const stem of right) {
      if (stem.length < SHORTEST || stem.length > LONGEST) continue;
      for (const short of shortenings(stem)) {
        if (!this.shortened.has(short)) this.shortened.set(short, stem);
      }
    }
  }

  /** Null for what is known itself, too short, or like nothing. */
  meant(stem: string): string | null {
    if (stem.length < SHORTEST || stem.length > LONGEST) return null;
    const before = this.found.get(stem);
    if (before !== undefined) return before;
    const meant = this.look(stem);
    if (this.found.size >= REMEMBERED) this.found.clear();
    this.found.set(stem, meant);
    return meant;
  }

  private look(stem: string): string | null {
    if (this.isKnown(stem) || /\d/.test(stem)) return null;
    const longer = this.shortened.get(stem);
    if (longer !== undefined) return longer;
    const shorts = shortenings(stem);
    const shorter = shorts.find((short) => this.right.has(short));
    if (shorter !== undefined) return shorter;
    const like = shorts.find((short) => this.shortened.has(short));
    return like === undefined ? null : this.shortened.get(like)!;
  }
}

/** The word without each one of its letters but the first. */
function shortenings(word: string): string[] {
  const all: string[] = [];
  for (let at = 1; at < word.length; at += 1) all.push(word.slice(0, at) + word.slice(at + 1));
  return all;
}
