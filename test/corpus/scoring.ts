import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { StagedBlob } from '../../src/modules/files/index.js';
import type { ParsedMail } from '../../src/modules/mailbox-intake/domain/parsed-mail.js';
import {
  MessageParser,
  UnparsableMail,
} from '../../src/modules/mailbox-intake/parser/message-parser.js';
import type { CorpusDesk } from './corpus-desk.js';
import type { CorpusMessage } from './corpus-folder.js';
import { exceptionFor } from './exceptions.js';
import { FACTS } from './facts.js';
import { Understander } from './understanding.js';

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
  const parser = await desk.get(MessageParser);
  const understander = await Understander.of(desk);
  // The start of the parser's thread is nobody's time.
  await parser.parse({ kind: 'bytes', raw: Buffer.from('\r\n') }, async () =>
    staged(Buffer.alloc(0)),
  );
  const table = new Map<string, Map<string, Tally>>();
  const misses: Miss[] = [];
  const exceptions: { message: string; error: string }[] = [];
  const machines = new Map<string, 'bounce' | 'auto_reply'>();
  let slowest = { message: '', seconds: 0 };
  for (const message of messages) {
    const name = `${message.source}/${message.path}`;
    const begun = performance.now();
    try {
      const md5: string[] = [];
      const mail = await parser.parse({ kind: 'bytes', raw: message.raw }, async (content) =>
        staged(await buffer(content)),
      );
      const reading = understander.of(mail);
      const seconds = (performance.now() - begun) / 1000;
      if (seconds > slowest.seconds) slowest = { message: name, seconds };
      if (reading.bounce !== null) machines.set(name, 'bounce');
      else if (reading.isAutoReply) machines.set(name, 'auto_reply');
      for (const { blob } of mail.attachments) md5.push(md5Of(blob.content!));
      tally(message, { ...reading, mail: mail as ParsedMail, raw: message.raw, md5 });
    } catch (error) {
      // Limits are no exceptions: such a message is quarantined, and counted there.
      if (error instanceof UnparsableMail && error.reason !== 'failed') continue;
      exceptions.push({
        message: name,
        error: error instanceof Error ? `${error.stack}` : String(error),
      });
    }
  }
  return { messages: messages.length, table, misses, exceptions, slowest, machines };

  function tally(
    message: CorpusMessage,
    reading: Parameters<(typeof FACTS)[number]['judge']>[1],
  ): void {
    if (message.stated === null) return;
    for (const fact of FACTS) {
      const judged = fact.judge(message.stated, reading);
      if (judged === null) continue;
      const facts = table.get(message.source) ?? new Map<string, Tally>();
      table.set(message.source, facts);
      const counts = facts.get(fact.name) ?? { right: 0, total: 0, excepted: 0 };
      facts.set(fact.name, counts);
      counts.total += 1;
      if (judged.right) {
        counts.right += 1;
        continue;
      }
      const exception = exceptionFor(message.source, message.path, fact.name);
      if (exception !== null) {
        counts.right += 1;
        counts.excepted += 1;
      }
      const { source, path } = message;
      misses.push({
        source,
        path,
        fact: fact.name,
        stated: judged.stated,
        ours: judged.ours,
        exception,
      });
    }
  }
}

function staged(content: Buffer): StagedBlob {
  const sha256 = createHash('sha256').update(content).digest();
  return { sha256, sizeBytes: content.length, content, location: null };
}

function md5Of(content: Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
