import net from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ClamdConfig } from '../../../config/index.js';
import { readVerdict, type ClamdVerdict } from '../domain/virus-scan.js';

/** clamd could not be asked, or gave no verdict: the file stays as it was and is asked about again. */
export class ClamdUnavailable extends Error {
  /** True where it hung up while it was being sent the content: as it does past its StreamMaxLength. */
  constructor(
    message: string,
    readonly inTheMiddle: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Small, so that an answer in the middle is heard before the next piece breaks the pipe. */
const PIECE_BYTES = 65_536;

/** An answer is one line; whoever sends more is no clamd. */
const ANSWER_LIMIT = 10_000;

/**
 * Has clamd look at `content` by INSTREAM (clamd(8)): chunks with their length in four bytes before them, an empty one at
 * the end. Content past `maxBytes` is not sent to its end: `too_large`. Throws ClamdUnavailable; errors of the content
 * itself pass through. The content is destroyed in any case.
 */
export async function scanStream(clamd: ClamdConfig, content: Readable): Promise<ClamdVerdict> {
  const socket = net.connect(
    clamd.socket === undefined
      ? { host: clamd.host ?? '127.0.0.1', port: clamd.port }
      : { path: clamd.socket },
  );
  const answer = answerOf(socket, clamd.timeoutSeconds * 1_000);
  // Nobody waits for it where sending failed or was given up.
  answer.catch(() => undefined);
  try {
    const sent = await send(socket, content, clamd.maxBytes);
    if (sent === 'too_large') return { kind: 'too_large' };
    const heard = await answer.catch((error: Error) => {
      throw new ClamdUnavailable(error.message, sent === 'hung_up', { cause: error });
    });
    const verdict = readVerdict(heard);
    if (verdict === null) {
      throw new ClamdUnavailable(`clamd answered ${JSON.stringify(heard.slice(0, 100))}`, false);
    }
    return verdict;
  } finally {
    content.destroy();
    socket.destroy();
  }
}

/** Everything that the other side says until it ends the connection. */
function answerOf(socket: net.Socket, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    let failure: Error | null = null;
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('clamd is silent')));
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.length > ANSWER_LIMIT) socket.destroy();
    });
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => {
      // clamd answers and hangs up while we still write: what it said counts more than the broken pipe.
      if (heard !== '') resolve(heard);
      else reject(failure ?? new Error('clamd hung up'));
    });
  });
}

/** Ends early where `maxBytes` is passed, and where the other side has hung up: it has answered or is gone. */
async function send(
  socket: net.Socket,
  content: Readable,
  maxBytes: number,
): Promise<'whole' | 'too_large' | 'hung_up'> {
  let sentBytes = 0;
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const chunk of content) {
    const bytes = chunk as Buffer;
    sentBytes += bytes.length;
    if (sentBytes > maxBytes) return 'too_large';
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(piece.length);
      if (!(await write(socket, Buffer.concat([length, piece])))) return 'hung_up';
      await setImmediate();
    }
  }
  await write(socket, Buffer.alloc(4));
  return 'whole';
}

/** Held back by the reader; false once the connection is closed. */
function write(socket: net.Socket, bytes: Buffer): Promise<boolean> {
  if (socket.destroyed || socket.readableEnded) return Promise.resolve(false);
  if (socket.write(bytes)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const done = (open: boolean) => (): void => {
      socket.off('drain', drained);
      socket.off('close', closed);
      resolve(open);
    };
    const drained = done(true);
    const closed = done(false);
    socket.once('drain', drained);
    socket.once('close', closed);
  });
}
