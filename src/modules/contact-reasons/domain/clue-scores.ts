import type { CluesConfig, ReasonConfig } from '../../../config/index.js';
import { stem, type Language } from './stem.js';
import { wordsIn, type MessageWords, type Word } from './words.js';

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
  readonly language: Language;
  /** Stems in their order, and the same as one string with a space at both ends. */
  readonly stems: readonly string[];
  readonly run: string;
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

/** Taking the clues apart costs more than looking for them, and a configuration lives as long as its version. */
const preparedBy = new WeakMap<object, PreparedReason[]>();

function prepare(reasons: Readonly<Record<string, ReasonConfig>>): PreparedReason[] {
  const known = preparedBy.get(reasons);
  if (known !== undefined) return known;
  const prepared = Object.entries(reasons)
    .filter(([, reason]) => !reason.retired)
    .map(([key, { clues }]) => ({
      key,
      clues: [
        ...preparedClues(clues, 'pt'),
        ...preparedClues(clues?.en, 'en'),
        ...preparedClues(clues?.es, 'es'),
      ],
      senders: (clues?.senders ?? []).map((sender) => sender.toLowerCase()),
    }));
  preparedBy.set(reasons, prepared);
  return prepared;
}

function preparedClues(
  clues: Pick<CluesConfig, 'words' | 'phrases'> | undefined,
  language: Language,
): PreparedClue[] {
  return [
    ...(clues?.words ?? []).map((clue) => [clue, 'word'] as const),
    ...(clues?.phrases ?? []).map((clue) => [clue, 'phrase'] as const),
  ].flatMap(([clue, kind]) => {
    const stems = wordsIn(clue).map(({ folded }) => stem(folded, language));
    return stems.length === 0 ? [] : [{ clue, language, stems, run: ` ${stems.join(' ')} `, kind }];
  });
}

/** Stems in which many clues are looked for: most are ruled out by a single look into their set. */
class Searchable {
  private readonly stems: ReadonlySet<string>;
  private joined: string | null = null;

  constructor(private readonly words: readonly string[]) {
    this.stems = new Set(words);
  }

  static in(words: readonly Word[], language: Language): Searchable {
    return new Searchable(
      words.map((word) => (language === 'pt' ? word.stem : stem(word.folded, language))),
    );
  }

  holds({ stems, run }: PreparedClue): boolean {
    if (!stems.every((one) => this.stems.has(one))) return false;
    if (stems.length === 1) return true;
    this.joined ??= ` ${this.words.join(' ')} `;
    return this.joined.includes(run);
  }
}

function matchesSender(address: string, sender: string): boolean {
  return sender.startsWith('@') ? address.endsWith(sender) : address === sender;
}

/** A message as clues in a language see it. Clues without a language are Portuguese, and looked for in every message. */
class SearchedMessage {
  private readonly parts = new Map<Language, { subject: Searchable; text: Searchable }>();

  constructor(private readonly words: MessageWords) {}

  whereIs(clue: PreparedClue): 'subject' | 'text' | null {
    const { language } = clue;
    if (language !== 'pt' && language !== this.words.language) return null;
    let part = this.parts.get(language);
    if (part === undefined) {
      const { subject, text } = this.words;
      part = { subject: Searchable.in(subject, language), text: Searchable.in(text, language) };
      this.parts.set(language, part);
    }
    return part.subject.holds(clue) ? 'subject' : part.text.holds(clue) ? 'text' : null;
  }
}

/**
 * Every reason that some clue points to, strongest first; equal scores stay in the configuration's order. Clues are found
 * whatever the accents, the case and the inflection: 'integração' is in "INTEGRACOES" and "integrar".
 */
export function scoreReasons(
  words: MessageWords,
  fromAddress: string | null,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonScore[] {
  const message = new SearchedMessage(words);
  const from = fromAddress?.toLowerCase() ?? null;
  const scores: ReasonScore[] = [];
  for (const reason of prepare(reasons)) {
    const clues: FoundClue[] = [];
    let score = 0;
    for (const one of reason.clues) {
      const where = message.whereIs(one);
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
