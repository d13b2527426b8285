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
        ...(reason.clues?.words ?? []).map((clue) => ({
          clue,
          folded: foldText(clue),
          kind: 'word' as const,
        })),
        ...(reason.clues?.phrases ?? []).map((clue) => ({
          clue,
          folded: foldText(clue),
          kind: 'phrase' as const,
        })),
      ].filter(({ folded }) => folded.trim() !== ''),
      senders: (reason.clues?.senders ?? []).map((sender) => sender.toLowerCase()),
    }));
  preparedBy.set(reasons, prepared);
  return prepared;
}

function matchesSender(address: string, sender: string): boolean {
  return sender.startsWith('@') ? address.endsWith(sender) : address === sender;
}

/** Every reason that some clue points to, strongest first; equal scores stay in the configuration's order. */
export function scoreReasons(
  message: { readonly subject: string; readonly text: string; readonly fromAddress: string | null },
  reasons: Readonly<Record<string, ReasonConfig>>,
): ReasonScore[] {
  const subject = foldText(message.subject);
  const text = foldText(message.text);
  const from = message.fromAddress?.toLowerCase() ?? null;
  const scores: ReasonScore[] = [];
  for (const reason of prepare(reasons)) {
    const clues: FoundClue[] = [];
    let score = 0;
    for (const { clue, folded, kind } of reason.clues) {
      const where = subject.includes(folded) ? 'subject' : text.includes(folded) ? 'text' : null;
      if (where === null) continue;
      score += WEIGHTS[kind][where];
      clues.push({ clue, kind, where });
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
