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
  /** Place of its reason in the configuration, and its own among that reason's clues. */
  readonly reason: number;
  readonly place: number;
  readonly clue: string;
  readonly kind: 'word' | 'phrase';
  /** Stems in their order. */
  readonly stems: readonly string[];
}

interface Prepared {
  readonly reasons: readonly { readonly key: string; readonly senders: readonly string[] }[];
  /** Clues by language and first stem: a message's words are looked up once each, however many clues there are. */
  readonly clues: ReadonlyMap<Language, ReadonlyMap<string, readonly PreparedClue[]>>;
}

/** A subject says what a mail is about; the body mentions many things. A phrase is rarer than a word. */
const WEIGHTS = {
  word: { subject: 3, text: 1 },
  phrase: { subject: 4, text: 2 },
  sender: 5,
} as const;

/** Taking the clues apart costs more than looking for them, and a configuration lives as long as its version. */
const preparedBy = new WeakMap<object, Prepared>();

function prepare(reasons: Readonly<Record<string, ReasonConfig>>): Prepared {
  const known = preparedBy.get(reasons);
  if (known !== undefined) return known;
  const inForce = Object.entries(reasons).filter(([, reason]) => !reason.retired);
  const clues = new Map<Language, Map<string, PreparedClue[]>>();
  inForce.forEach(([, { clues: given }], at) => {
    const all = [
      ...preparedClues(given, 'pt'),
      ...preparedClues(given?.en, 'en'),
      ...preparedClues(given?.es, 'es'),
    ];
    all.forEach(({ language, ...clue }, place) => {
      const byStem = clues.get(language) ?? new Map<string, PreparedClue[]>();
      clues.set(language, byStem);
      const [first = ''] = clue.stems;
      byStem.set(first, [...(byStem.get(first) ?? []), { ...clue, reason: at, place }]);
    });
  });
  const prepared = {
    reasons: inForce.map(([key, reason]) => ({
      key,
      senders: (reason.clues?.senders ?? []).map((sender) => sender.toLowerCase()),
    })),
    clues,
  };
  preparedBy.set(reasons, prepared);
  return prepared;
}

function preparedClues(
  clues: Pick<CluesConfig, 'words' | 'phrases'> | undefined,
  language: Language,
): (Omit<PreparedClue, 'reason' | 'place'> & { readonly language: Language })[] {
  return [
    ...(clues?.words ?? []).map((clue) => [clue, 'word'] as const),
    ...(clues?.phrases ?? []).map((clue) => [clue, 'phrase'] as const),
  ].flatMap(([clue, kind]) => {
    const stems = wordsIn(clue).map((word) => stemIn(word, language));
    return stems.length === 0 ? [] : [{ clue, kind, stems, language }];
  });
}

function stemIn(word: Word, language: Language): string {
  return language === 'pt' ? word.stem : stem(word.folded, language);
}

type Found = Map<PreparedClue, 'subject' | 'text'>;

/** Adds the clues that stand in `words`; what was found already stays where it was found. */
function find(
  words: readonly Word[],
  where: 'subject' | 'text',
  language: Language,
  clues: ReadonlyMap<string, readonly PreparedClue[]>,
  found: Found,
): void {
  for (let at = 0; at < words.length; at += 1) {
    const begun = clues.get(stemIn(words[at]!, language));
    if (begun === undefined) continue;
    for (const clue of begun) {
      if (found.has(clue)) continue;
      const { stems } = clue;
      let next = 1;
      while (
        next < stems.length &&
        at + next < words.length &&
        stemIn(words[at + next]!, language) === stems[next]
      )
        next += 1;
      if (next === stems.length) found.set(clue, where);
    }
  }
}

function matchesSender(address: string, sender: string): boolean {
  return sender.startsWith('@') ? address.endsWith(sender) : address === sender;
}

/**
 * Every reason that some clue points to, strongest first; equal scores stay in the configuration's order. Clues are found
 * whatever the accents, the case and the inflection: 'integração' is in "INTEGRACOES" and "integrar". Those without a
 * language are Portuguese and looked for in every message.
 */
export function scoreReasons(
  words: MessageWords,
  fromAddress: string | null,
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonScore[] {
  const prepared = prepare(reasons);
  const found: Found = new Map();
  for (const [language, clues] of prepared.clues) {
    if (language !== 'pt' && language !== words.language) continue;
    find(words.subject, 'subject', language, clues, found);
    find(words.text, 'text', language, clues, found);
  }
  const from = fromAddress?.toLowerCase() ?? null;
  const scores = prepared.reasons.flatMap(({ key, senders }, at) => {
    const mine = [...found]
      .filter(([clue]) => clue.reason === at)
      .sort(([a], [b]) => a.place - b.place);
    const sender = from === null ? undefined : senders.find((one) => matchesSender(from, one));
    if (mine.length === 0 && sender === undefined) return [];
    return [scoreOf(key, mine, sender)];
  });
  return scores.sort((a, b) => b.score - a.score);
}

function scoreOf(
  key: string,
  found: readonly (readonly [PreparedClue, 'subject' | 'text'])[],
  sender: string | undefined,
): ReasonScore {
  const clues: FoundClue[] = found.map(([{ clue, kind }, where]) => ({ clue, kind, where }));
  let score = sender === undefined ? 0 : WEIGHTS.sender;
  for (const [{ kind }, where] of found) score += WEIGHTS[kind][where];
  if (sender !== undefined) clues.push({ clue: sender, kind: 'sender', where: 'sender' });
  return { key, score, clues };
}
