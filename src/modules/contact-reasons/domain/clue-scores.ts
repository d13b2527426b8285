import type { ReasonConfig } from '../../../config/index.js';
import { foldText } from './fold-text.js';

/** One clue that was found, for the journal: which, and where. */
export interface FoundClue {
  readonly clue: string;
  readonly kind: 'word' | 'phrase' | 'sender';
  readonly where: 'subject' | 'text' | 'sender';
}

export interface ReasonScore {
  readonly key: string;
  readonly score: number;
  readonly clues: readonly FoundClue[];
}

interface PreparedClue {
  readonly clue: string;
  readonly folded: string;
  /** What `folded` consists of. */
  readonly tokens: readonly string[];
  readonly kind: 'word' | 'phrase';
}

interface PreparedReason {
  readonly key: string;
  readonly clues: readonly PreparedClue[];
  readonly senders: readonly string[];
}

/** A subject says what a mail is about; the body mentions many things. A phrase is rarer than a word. */
const WEIGHTS = {
  word: { subject: 3, text: 1 },
  phrase: { subject: 4, text: 2 },
  sender: 5,
} as const;

/** Folding the clues costs more than looking for them, and a configuration lives as long as its version. */
const preparedBy = new WeakMap<object, PreparedReason[]>();

function prepare(reasons: Readonly<Record<string, ReasonConfig>>): PreparedReason[] {
  const known = preparedBy.get(reasons);
  if (known !== undefined) return known;
  const prepared = Object.entries(reasons)
    .filter(([, reason]) => !reason.retired)
    .map(([key, reason]) => ({
      key,
      clues: [
        ...(reason.clues?.words ?? []).map((clue) => prepareClue(clue, 'word')),
        ...(reason.clues?.phrases ?? []).map((clue) => prepareClue(clue, 'phrase')),
      ].filter(({ tokens }) => tokens.length > 0),
      senders: (reason.clues?.senders ?? []).map((sender) => sender.toLowerCase()),
    }));
  preparedBy.set(reasons, prepared);
  return prepared;
}

function prepareClue(clue: string, kind: PreparedClue['kind']): PreparedClue {
  const folded = foldText(clue);
  return { clue, folded, tokens: folded.split(' ').filter((token) => token !== ''), kind };
}

/** Text in which many clues are looked for: most are ruled out by a single look into the set of its words. */
class Searchable {
  private readonly folded: string;
  private readonly words: ReadonlySet<string>;

  constructor(text: string) {
    this.folded = foldText(text);
    this.words = new Set(this.folded.split(' '));
  }

  holds({ folded, tokens }: PreparedClue): boolean {
    if (!tokens.every((token) => this.words.has(token))) return false;
    return tokens.length === 1 || this.folded.includes(folded);
  }
}

function matchesSender(address: string, sender: string): boolean {
  return sender.startsWith('@') ? address.endsWith(sender) : address === sender;
}

/** Every reason that some clue points to, strongest first; equal scores stay in the configuration's order. */
export function scoreReasons(
  message: { readonly subject: string; readonly text: string; readonly fromAddress: string | null },
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonScore[] {
  const subject = new Searchable(message.subject);
  const text = new Searchable(message.text);
  const from = message.fromAddress?.toLowerCase() ?? null;
  const scores: ReasonScore[] = [];
  for (const reason of prepare(reasons)) {
    const clues: FoundClue[] = [];
    let score = 0;
    for (const one of reason.clues) {
      const where = subject.holds(one) ? 'subject' : text.holds(one) ? 'text' : null;
      if (where === null) continue;
      score += WEIGHTS[one.kind][where];
      clues.push({ clue: one.clue, kind: one.kind, where });
    }
    const sender =
      from === null ? undefined : reason.senders.find((one) => matchesSender(from, one));
    if (sender !== undefined) {
      score += WEIGHTS.sender;
      clues.push({ clue: sender, kind: 'sender', where: 'sender' });
    }
    if (score > 0) scores.push({ key: reason.key, score, clues });
  }
  return scores.sort((a, b) => b.score - a.score);
}
