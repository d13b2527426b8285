import { ReasonCounter, type ReasonCounts } from './reason-counts.js';
import { wordsOfMessage } from './words.js';

/** A message whose reason somebody has said. */
export interface LabelledMessage {
  /** null: none of the reasons. */
  readonly reason: string | null;
  readonly subject: string;
  readonly text: string;
}

/** Counts of many; `keepWord` as in `ReasonCounter.counts`. */
export function countMessages(
  messages: readonly LabelledMessage[],
  keepWord: (word: string) => boolean,
): ReasonCounts {
  const counter = new ReasonCounter();
  for (const message of messages) counter.add(message.reason, wordsOfMessage(message));
  return counter.counts(keepWord);
}
