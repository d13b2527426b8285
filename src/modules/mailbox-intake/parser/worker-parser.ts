import { PassThrough, type Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { StagedBlob } from '../../files/index.js';
import { createLogger, messageOf } from '../../../platform/index.js';
import type { ParsedMail } from '../domain/parsed-mail.js';
import {
  MessageParser,
  UnparsableMail,
  type MailSource,
  type StageAttachment,
} from './message-parser.js';
import type { FromWorker, ToWorker, WorkerBlob } from './worker-protocol.js';

const log = createLogger('mail-parser');

/** A worker that says nothing for this long while it owes an answer is taken for hanging and ended. */
const SILENCE_LIMIT_MS = 20_000;
/** So much work on one message, in CPU time, which does not pass while a busy machine lets the thread wait. */
const CPU_LIMIT_MS = 1_400;
/** Between two looks at a silent worker. */
const LOOK_MS = 250;
/** Old generation of the worker's heap, MiB: a message that needs more ends the worker, not the process. */
const WORKER_HEAP_MB = 192;
/** Jobs in the worker at a time: enough to keep it busy, few enough that large ones stay within memory. */
const MAX_JOBS = 32;
const MAX_STREAM_JOBS = 1;

interface Job {
  readonly id: number;
  readonly source: MailSource;
  readonly stage: StageAttachment;
  readonly resolve: (mail: ParsedMail<StagedBlob>) => void;
  readonly reject: (error: unknown) => void;
  /** Was in the worker when it died, with others: it runs alone next time, so that the guilty one is known. */
  suspect: boolean;
  input: AsyncIterator<Buffer> | null;
  inputStream: Readable | null;
  attachments: Map<number, { pipe: PassThrough; staged: Promise<StagedBlob> }>;
}

/**
 * Parses in one worker thread with limits of time and memory. When the worker dies, the messages that were in it are
 * parsed again one by one; the one that is alone in a dying worker is the cause and fails as UnparsableMail.
 */
export class WorkerParser extends MessageParser {
  private worker: Worker | null = null;
  private readonly queue: Job[] = [];
  private readonly inWorker = new Map<number, Job>();
  private nextId = 1;
  private watchdog: NodeJS.Timeout | null = null;
  /** Number of the present silence: every message either way begins another. */
  private silence = 0;
  /** Questions of the worker that we have not answered yet: its silence is ours then. */
  private owed = 0;

  constructor(
    private readonly workerUrl: URL = new URL('./parser-worker.js', import.meta.url),
    private readonly silenceLimitMs = SILENCE_LIMIT_MS,
    private readonly cpuLimitMs = CPU_LIMIT_MS,
  ) {
    super();
  }

  parse(source: MailSource, stage: StageAttachment): Promise<ParsedMail<StagedBlob>> {
    return new Promise((resolve, reject) => {
      this.queue.push({
        id: this.nextId++,
        source,
        stage,
        resolve,
        reject,
        suspect: false,
        input: null,
        inputStream: null,
        attachments: new Map(),
      });
      this.feed();
    });
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    if (this.watchdog !== null) clearTimeout(this.watchdog);
    for (const job of [...this.inWorker.values(), ...this.queue.splice(0)]) {
      job.inputStream?.destroy();
      job.reject(new Error('The parser was closed'));
    }
    this.inWorker.clear();
    await worker?.terminate();
  }

  private feed(): void {
    while (this.queue.length > 0) {
      const next = this.queue[0]!;
      const running = [...this.inWorker.values()];
      const streams = running.filter(({ source }) => source.kind === 'stream').length;
      if (
        running.length >= MAX_JOBS ||
        (next.suspect && running.length > 0) ||
        running.some(({ suspect }) => suspect) ||
        (next.source.kind === 'stream' && streams >= MAX_STREAM_JOBS)
      ) {
        return;
      }
      this.queue.shift();
      this.inWorker.set(next.id, next);
      const raw = next.source.kind === 'bytes' ? next.source.raw : null;
      this.send({ type: 'parse', job: next.id, raw });
    }
  }

  private send(message: ToWorker): void {
    this.worker ??= this.startWorker();
    this.worker.postMessage(message);
    this.watch();
  }

  private startWorker(): Worker {
    const worker = new Worker(this.workerUrl, {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    worker.unref();
    worker.on('message', (message: FromWorker) => {
      if (this.worker !== worker) return;
      this.watch();
      this.receive(message);
    });
    worker.on('error', (error) => this.died(worker, 'crashed', error));
    worker.on('exit', () => this.died(worker, 'crashed', null));
    return worker;
  }

  /** Starts the silence anew; a worker that owes nothing may be silent. */
  private watch(): void {
    if (this.watchdog !== null) clearTimeout(this.watchdog);
    this.watchdog = null;
    this.silence += 1;
    const worker = this.worker;
    if (worker === null || this.inWorker.size === 0 || this.owed > 0) return;
    this.lookAgain(worker, this.silence, performance.now(), null);
  }

  private lookAgain(
    worker: Worker,
    silence: number,
    since: number,
    usedBefore: number | null,
  ): void {
    this.watchdog = setTimeout(
      () => void this.look(worker, silence, since, usedBefore),
      Math.min(LOOK_MS, this.silenceLimitMs),
    );
  }

  /** A silent worker: how much has it worked since the silence began? */
  private async look(
    worker: Worker,
    silence: number,
    since: number,
    usedBefore: number | null,
  ): Promise<void> {
    const used = await cpuMs(worker);
    if (this.worker !== worker || this.silence !== silence) return;
    const before = usedBefore ?? used - LOOK_MS;
    const tooLong = performance.now() - since > this.silenceLimitMs;
    if (used - before < this.cpuLimitMs && !tooLong) {
      this.lookAgain(worker, silence, since, before);
      return;
    }
    this.died(worker, 'timeout', null);
    void worker.terminate();
  }

  private died(worker: Worker, reason: 'crashed' | 'timeout', error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = null;
    if (this.watchdog !== null) clearTimeout(this.watchdog);
    const jobs = [...this.inWorker.values()];
    this.inWorker.clear();
    log.warn(
      { err: error, reason, messages: jobs.length },
      'the parser thread ended, starting another',
    );
    for (const job of jobs) this.forget(job);
    // Messages that are there whole are worked on one after the other, in order: the oldest is the one that hangs.
    const inOrder = reason === 'timeout' && jobs.every(({ source }) => source.kind === 'bytes');
    const [guilty] = inOrder || jobs.length === 1 ? jobs : [];
    guilty?.reject(
      new UnparsableMail(reason, `The parser ${reason} on this message`, { cause: error }),
    );
    const others = jobs.filter((job) => job !== guilty);
    if (guilty === undefined) for (const job of others) job.suspect = true;
    this.queue.unshift(...others);
    this.feed();
  }

  private forget(job: Job): void {
    job.inputStream?.destroy();
    for (const { pipe, staged } of job.attachments.values()) {
      staged.catch(() => undefined);
      pipe.destroy(new Error('The parser thread ended'));
    }
    job.input = null;
    job.inputStream = null;
    job.attachments = new Map();
  }

  private receive(message: FromWorker): void {
    const job = this.inWorker.get(message.job);
    if (job === undefined) return;
    switch (message.type) {
      case 'pull':
        void this.owing(this.giveInput(job));
        return;
      case 'chunk':
        void this.owing(this.takeChunk(job, message.attachment, message.bytes));
        return;
      case 'close':
        void this.owing(this.closeAttachment(job, message.attachment));
        return;
      case 'failed':
        this.settle(job, () => job.reject(new UnparsableMail('failed', message.message)));
        return;
      case 'parsed':
        void this.finish(job, message.mail);
    }
  }

  private async owing(work: Promise<void>): Promise<void> {
    this.owed += 1;
    try {
      await work;
    } finally {
      this.owed -= 1;
      this.watch();
    }
  }

  private settle(job: Job, how: () => void): void {
    this.inWorker.delete(job.id);
    job.inputStream?.destroy();
    how();
    this.watch();
    this.feed();
  }

  /** Our own side failed (disk, database): the message is not to blame, so the caller gets that very error. */
  private ownFailure(job: Job, error: unknown): void {
    if (!this.inWorker.has(job.id)) return;
    log.warn({ err: messageOf(error) }, 'parsing was given up for a fault of ours');
    this.forget(job);
    this.send({ type: 'abandon', job: job.id });
    this.settle(job, () => job.reject(error));
  }

  private async giveInput(job: Job): Promise<void> {
    try {
      if (job.input === null) {
        if (job.source.kind !== 'stream') return;
        job.inputStream = await job.source.open();
        job.input = (job.inputStream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      }
      const { value, done } = await job.input.next();
      if (!this.inWorker.has(job.id)) return;
      this.send({ type: 'piece', job: job.id, bytes: done === true ? null : value });
    } catch (error) {
      this.ownFailure(job, error);
    }
  }

  private async takeChunk(job: Job, attachment: number, bytes: Uint8Array): Promise<void> {
    let open = job.attachments.get(attachment);
    if (open === undefined) {
      const pipe = new PassThrough();
      const staged = job.stage(pipe);
      staged.catch((error: unknown) => this.ownFailure(job, error));
      open = { pipe, staged };
      job.attachments.set(attachment, open);
    }
    const { pipe } = open;
    if (!pipe.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          pipe.off('drain', goOn).off('close', goOn);
          resolve();
        };
        pipe.on('drain', goOn).on('close', goOn);
      });
    }
    if (this.inWorker.has(job.id)) this.send({ type: 'taken', job: job.id });
  }

  private async closeAttachment(job: Job, attachment: number): Promise<void> {
    const open = job.attachments.get(attachment);
    if (open === undefined) return;
    open.pipe.end();
    try {
      const { sha256, sizeBytes } = await open.staged;
      if (this.inWorker.has(job.id)) this.send({ type: 'taken', job: job.id, sha256, sizeBytes });
    } catch {
      // `ownFailure` has told the caller.
    }
  }

  private async finish(job: Job, mail: ParsedMail<WorkerBlob>): Promise<void> {
    try {
      const attachments: ParsedMail<StagedBlob>['attachments'][number][] = [];
      for (const attachment of mail.attachments) {
        attachments.push({ ...attachment, blob: await this.stagedOf(job, attachment.blob) });
      }
      this.settle(job, () => job.resolve({ ...mail, attachments }));
    } catch (error) {
      this.ownFailure(job, error);
    }
  }

  private async stagedOf(job: Job, blob: WorkerBlob): Promise<StagedBlob> {
    if (blob.stored !== null) return job.attachments.get(blob.stored)!.staged;
    const bytes = blob.content!;
    return {
      sha256: Buffer.from(blob.sha256),
      sizeBytes: blob.sizeBytes,
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      location: null,
    };
  }
}

/** CPU time of the thread so far; of one that is gone: none. */
async function cpuMs(worker: Worker): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1_000;
  } catch {
    return 0;
  }
}
