import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './ports.js';

/** The EICAR test file, which every scanner knows; in two parts, so that none takes our sources for it. */
export const EICAR = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-${'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`;

/** A real clamd on loopback with one signature of its own: no download, ready in a moment. */
export class Clamd {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(streamMaxLength = '25M'): Promise<Clamd> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'hdclam-'));
    chmodSync(directory, 0o755);
    const clamd = new Clamd(directory, await freePort());
    const hex = Buffer.from(EICAR).toString('hex');
    writeFileSync(path.join(directory, 'own.ndb'), `Helpdesk.Test.EICAR:0:*:${hex}\n`);
    writeFileSync(
      path.join(directory, 'clamd.conf'),
      `Foreground yes\nDatabaseDirectory ${directory}\nTCPSocket ${clamd.port}\nTCPAddr 127.0.0.1\nMaxThreads 4\n` +
        `StreamMaxLength ${streamMaxLength}\n${process.getuid?.() === 0 ? 'User nobody\n' : ''}`,
    );
    await clamd.boot();
    return clamd;
  }

  async boot(): Promise<void> {
    this.child = spawn('/usr/sbin/clamd', ['-c', path.join(this.directory, 'clamd.conf')], {
      stdio: ['ignore', 'ignore', 'ignore'],
      cwd: '/',
    });
    await eventually('clamd answers', () => answers(this.port), 30_000);
  }

  async kill(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Speaks INSTREAM as clamd does, and says what a spec wants it to say of the whole stream. */
export class ScriptedClamd {
  /** The streams that came in whole. */
  readonly streams: Buffer[] = [];
  /** The answer to a stream; undefined: hangs up without a word. */
  answer: (content: Buffer) => string | undefined = (content) =>
    content.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK';
  /** Past this many bytes it refuses, as clamd does past StreamMaxLength. */
  streamMaxBytes = Number.POSITIVE_INFINITY;

  /** So many of the next streams of more than 100,000 bytes it hangs up on in the middle, without a word. */
  hangUps = 0;

  private constructor(
    private server: net.Server,
    readonly port: number,
  ) {}

  static async start(): Promise<ScriptedClamd> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const clamd = new ScriptedClamd(server, (server.address() as net.AddressInfo).port);
    server.on('connection', (socket) => clamd.serve(socket));
    return clamd;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.server.listening) resolve();
      else this.server.close(() => resolve());
    });
  }

  /** Listens again on the same port. */
  async again(): Promise<void> {
    this.server = net.createServer((socket) => this.serve(socket));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  private serve(socket: net.Socket): void {
    let heard = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      heard = Buffer.concat([heard, piece]);
      if (this.hangUps > 0 && heard.length > 100_000) {
        this.hangUps -= 1;
        socket.destroy();
        return;
      }
      if (heard.length > this.streamMaxBytes) {
        socket.end('INSTREAM size limit exceeded. ERROR\0');
        return;
      }
      const content = contentOf(heard);
      if (content === null) return;
      this.streams.push(content);
      const answer = this.answer(content);
      if (answer === undefined) socket.destroy();
      else socket.end(`${answer}\0`);
    });
  }
}

const COMMAND = Buffer.from('zINSTREAM\0');

/** The content between command and empty chunk; null while it is not there whole. Throws where it is no INSTREAM. */
function contentOf(heard: Buffer): Buffer | null {
  if (heard.length < COMMAND.length) return null;
  if (!heard.subarray(0, COMMAND.length).equals(COMMAND)) throw new Error('no INSTREAM command');
  const chunks: Buffer[] = [];
  for (let at = COMMAND.length; at + 4 <= heard.length;) {
    const length = heard.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(heard.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('zPING\0'));
    socket.once('data', (text) => {
      socket.destroy();
      resolve(text.toString().startsWith('PONG'));
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
