/** Entry of the parser's worker thread: parses what it is given; everything that can go wrong here stays here. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../platform/errors.js';
import { parseMail } from './parse-mail.js';
import { CHUNK_BYTES, type FromWorker, type ToWorker, type WorkerBlob } from './worker-protocol.js';

const port = parentPort!;
type Answer = Exclude<ToWorker, { type: 'parse' | 'abandon' }>;
/** A job asks for input and for the storing of an attachment side by side, one question of each kind at a time. */
const waiting = new Map<
  string,
  { answer: (answer: Answer) => void; abandon: (error: Error) => void }
>();

function ask(message: FromWorker): Promise<Answer> {
  const kind = message.type === 'pull' ? 'piece' : 'taken';
  return new Promise((answer, abandon) => {
    waiting.set(`${kind}:${message.job}`, { answer, abandon });
    port.postMessage(message);
  });
}

async function* pieces(job: number): AsyncGenerator<Buffer> {
  for (;;) {
    const answer = await ask({ type: 'pull', job });
    if (answer.type !== 'piece' || answer.bytes === null) return;
    yield Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
  }
}

/** A small attachment goes back with the result. */
async function keep(bytes: Buffer): Promise<WorkerBlob> {
  const sha256 = createHash('sha256').update(bytes).digest();
  return { sha256, sizeBytes: bytes.length, content: bytes, stored: null };
}

/** A large one is handed over piece by piece, each acknowledged: memory stays bounded. */
async function handOver(job: number, attachment: number, content: Readable): Promise<WorkerBlob> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let sizeBytes = 0;
  const send = async (): Promise<void> => {
    await ask({ type: 'chunk', job, attachment, bytes: Buffer.concat(held) });
    held = [];
    heldBytes = 0;
  };
  for await (const piece of content as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    heldBytes += piece.length;
    held.push(piece);
    if (heldBytes >= CHUNK_BYTES) await send();
  }
  await send();
  const stored = await ask({ type: 'close', job, attachment });
  if (stored.type !== 'taken' || stored.sha256 === undefined) {
    throw new Error('The attachment was not stored');
  }
  return { sha256: stored.sha256, sizeBytes, content: null, stored: attachment };
}

async function parse(job: number, raw: Uint8Array | null): Promise<void> {
  let attachments = 0;
  const source =
    raw === null ? pieces(job) : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  try {
    const mail = await parseMail(source, {
      whole: keep,
      stream: (content) => handOver(job, attachments++, content),
    });
    port.postMessage({ type: 'parsed', job, mail } satisfies FromWorker);
  } catch (error) {
    port.postMessage({
      type: 'failed',
      job,
      message: messageOf(error).slice(0, 500),
    } satisfies FromWorker);
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'parse') {
    void parse(message.job, message.raw);
    return;
  }
  for (const kind of message.type === 'abandon' ? ['piece', 'taken'] : [message.type]) {
    const key = `${kind}:${message.job}`;
    const asked = waiting.get(key);
    waiting.delete(key);
    if (message.type === 'abandon') asked?.abandon(new Error('The job was abandoned'));
    else asked?.answer(message);
  }
});
