import { createHash } from 'node:crypto';
import type { CorpusDesk } from './corpus-desk.js';
import type { CorpusMessage } from './corpus-folder.js';
import { exceptionFor } from './exceptions.js';
import { FACTS, type Reading } from './facts.js';
import { readMail, Reader } from './reading.js';

/** One stated fact that was not found, or that stands on the list of exceptions. */
export interface Miss {
  readonly source: string;
  readonly path: string;
  readonly fact: string;
  readonly stated: unknown;
  readonly ours: unknown;
  /** Why it is counted as right all the same; null: it is not. */
  readonly exception: string | null;
}

export interface Tally {
  right: number;
  total: number;
  excepted: number;
}

export interface Scores {
  readonly messages: number;
  /** source → fact → tally. */
  readonly table: ReadonlyMap<string, ReadonlyMap<string, Tally>>;
  readonly misses: readonly Miss[];
  /** Thrown by the reading itself, or by the judging. */
  readonly exceptions: readonly { readonly message: string; readonly error: string }[];
  readonly slowest: { readonly message: string; readonly seconds: number };
  /** Called a bounce or an automatic answer, for the list of ordinary messages. */
  readonly machines: ReadonlyMap<string, 'bounce' | 'auto_reply'>;
}

/** Reads every message with the production parser, asks the production filters and compares with what is stated. */
export async function score(desk: CorpusDesk, messages: readonly CorpusMessage[]): Promise<Scores> {
  const reader = await Reader.of(desk);
  const table = new Map<string, Map<string, Tally>>();
  const misses: Miss[] = [];
  const exceptions: { message: string; error: string }[] = [];
  const machines = new Map<string, 'bounce' | 'auto_reply'>();
  let slowest = { message: '', seconds: 0 };
  for (const message of messages) {
    const name = `${message.source}/${message.path}`;
    const read = await readMail(reader, message.raw);
    if (read.seconds > slowest.seconds) slowest = { message: name, seconds: read.seconds };
    if (read.kind === 'exception') exceptions.push({ message: name, error: read.error });
    // What the limits end is no exception: such a message is quarantined, and counted there.
    if (read.kind !== 'read') continue;
    const { mail, understanding } = read;
    if (understanding.bounce !== null) machines.set(name, 'bounce');
    else if (understanding.isAutoReply) machines.set(name, 'auto_reply');
    const md5 = mail.attachments.map(({ blob }) => md5Of(blob.content!));
    misses.push(...judge(table, message, { ...understanding, mail, raw: message.raw, md5 }));
  }
  return { messages: messages.length, table, misses, exceptions, slowest, machines };
}

/** Counts the facts of one message; returns those that were not found. */
function judge(
  table: Map<string, Map<string, Tally>>,
  { source, path, stated }: CorpusMessage,
  reading: Reading,
): Miss[] {
  if (stated === null) return [];
  const facts = table.get(source) ?? new Map<string, Tally>();
  const misses: Miss[] = [];
  for (const fact of FACTS) {
    const judged = fact.judge(stated, reading);
    if (judged === null) continue;
    table.set(source, facts);
    const counts = facts.get(fact.name) ?? { right: 0, total: 0, excepted: 0 };
    facts.set(fact.name, counts);
    counts.total += 1;
    const exception = judged.right ? null : exceptionFor(source, path, fact.name);
    if (judged.right || exception !== null) counts.right += 1;
    if (exception !== null) counts.excepted += 1;
    if (judged.right) continue;
    const { stated: theirs, ours } = judged;
    misses.push({ source, path, fact: fact.name, stated: theirs, ours, exception });
  }
  return misses;
}

function md5Of(content: Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
