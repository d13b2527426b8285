import {
  createLogger,
  Database,
  faultPoint,
  messageOf,
  wholeMessageOf,
  Wakeups,
  withCorrelation,
  type Lease,
} from '../../../platform/index.js';
import { LeaseLost } from '../commands/record-mail.js';
import { ProcessBatch, type ReadyMail } from '../commands/process-batch.js';
import { QuarantineMail } from '../commands/quarantine-mail.js';
import { ReadMail } from '../commands/read-mail.js';
import { countsAsAttempt, isTemporary } from '../commands/temporary-fault.js';
import { intakeWakeup, serverActionWakeup } from '../intake-wakeup.js';
import { UnparsableMail } from '../parser/message-parser.js';
import { IntakeWorkStore, MAX_ATTEMPTS, type IntakeWork } from '../store/intake-work.store.js';
import { Injectable } from '@nestjs/common';

const log = createLogger('mailbox-intake');

/** Messages in one transaction: an fsync for many, and not so many that one bad message costs much. */
const BATCH_SIZE = 50;
const POLL_INTERVAL_MS = 2_000;
/** D22: faults of the database are waited for, not counted. */
const TEMPORARY_RETRY_SECONDS = 2;

/**
 * A message that was begun twice and never ended waits until the mailbox has been in hand for so long: a process that dies
 * within seconds, again and again, dies of something else, and must not make a suspect of whatever is always first.
 */
const QUIET_MS = 10_000;

/** What came of parsing one message. */
type ParsedWork =
  | ({ readonly kind: 'parsed' } & Omit<ReadyMail, 'work'>)
  | { readonly kind: 'unparsable'; readonly reason: string };

/** Messages whose attempt is counted, and their parsing, under way. */
interface TakenBatch {
  readonly batch: readonly IntakeWork[];
  readonly parsing: Promise<readonly ParsedWork[]>;
}

/** Stage 2 of one mailbox: takes recorded messages in order, in batches, and leaves none behind. */
@Injectable()
export class MailboxProcessor {
  constructor(
    private readonly database: Database,
    private readonly wakeups: Wakeups,
    private readonly work: IntakeWorkStore,
    private readonly read: ReadMail,
    private readonly process: ProcessBatch,
    private readonly quarantine: QuarantineMail,
  ) {}

  /** Goes on until `signal` aborts; the batch in hand is finished first. Throws LeaseLost. */
  async loop(mailboxKey: string, lease: Lease, signal: AbortSignal): Promise<void> {
    const begun = performance.now();
    while (!signal.aborted) {
      let did = 0;
      try {
        const suspectsToo = performance.now() - begun >= QUIET_MS;
        did = await this.drain(mailboxKey, lease, { signal, suspectsToo });
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        log.error({ mailbox: mailboxKey, err: error }, 'processing was interrupted, trying again');
      }
      if (did > 0) this.wakeups.wake(serverActionWakeup(mailboxKey));
      await this.wakeups.sleep(intakeWakeup(mailboxKey), POLL_INTERVAL_MS, signal);
    }
  }

  /**
   * Processes everything that is due now; returns how many messages were taken up. While one batch is written, the next
   * is parsed in the parser's own thread.
   */
  async drain(
    mailboxKey: string,
    lease: Lease | null,
    { signal, suspectsToo = true }: { signal?: AbortSignal; suspectsToo?: boolean } = {},
  ): Promise<number> {
    let taken = 0;
    let ahead = this.take(mailboxKey, null, suspectsToo);
    for (;;) {
      const { batch, parsing } = await ahead;
      if (batch.length === 0) return taken;
      taken += batch.length;
      if (signal?.aborted) {
        await this.handBack(batch);
        return taken;
      }
      const last = batch.at(-1)!;
      if (last.attempts > 1) {
        // It was begun before: should it crash us again, no message behind it is to be counted.
        await this.handle(lease, batch, parsing);
        ahead = this.take(mailboxKey, last.id, suspectsToo);
        continue;
      }
      ahead = this.take(mailboxKey, last.id, suspectsToo);
      // Whoever fails first decides; the other's failure is looked at when it is waited for.
      ahead.catch(() => undefined);
      try {
        await this.handle(lease, batch, parsing);
      } catch (error) {
        await ahead.then((next) => this.handBack(next.batch)).catch(() => undefined);
        throw error;
      }
    }
  }

  /** Takes the next batch, behind the one in hand, and begins to parse it. */
  private async take(
    mailboxKey: string,
    afterId: string | null,
    suspectsToo: boolean,
  ): Promise<TakenBatch> {
    const batch = await this.database.inTransaction((tx) =>
      this.work.begin(tx, mailboxKey, BATCH_SIZE, afterId, suspectsToo),
    );
    if (batch.length > 0) faultPoint('intake.begun');
    const parsing = Promise.all(batch.map((work) => this.parse(work)));
    parsing.catch(() => undefined);
    return { batch, parsing };
  }

  /** Nothing was done with these: their beginning does not count. */
  private async handBack(batch: readonly IntakeWork[]): Promise<void> {
    if (batch.length === 0) return;
    const ids = batch.map(({ id }) => id);
    await this.database.inTransaction((tx) => this.work.giveBack(tx, ids, 0));
  }

  private async handle(
    lease: Lease | null,
    batch: readonly IntakeWork[],
    parsing: Promise<readonly ParsedWork[]>,
  ): Promise<void> {
    try {
      const ready: ReadyMail[] = [];
      for (const [index, parsed] of (await parsing).entries()) {
        const work = batch[index]!;
        if (parsed.kind === 'unparsable') {
          // In order: what came before it is finished first.
          await this.finish(lease, ready.splice(0));
          await this.quarantine.run(lease, work, parsed.reason);
        } else {
          ready.push({ work, mail: parsed.mail, verified: parsed.verified });
        }
      }
      faultPoint('intake.parsed');
      await this.finish(lease, ready);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      await this.giveBack(batch, error);
    }
  }

  private async parse(work: IntakeWork): Promise<ParsedWork> {
    if (work.attempts > MAX_ATTEMPTS) {
      return {
        kind: 'unparsable',
        reason: `Processing was begun ${MAX_ATTEMPTS} times and never ended: the message probably crashed the process`,
      };
    }
    try {
      return { kind: 'parsed', ...(await this.read.run(work)) };
    } catch (error) {
      if (isTemporary(error)) throw error;
      if (!(error instanceof UnparsableMail))
        return {
          kind: 'unparsable',
          reason: `The stored message could not be read: ${messageOf(error)}`,
        };
      return { kind: 'unparsable', reason: wholeMessageOf(error) };
    }
  }

  /** Together; after an error one by one, and what fails alone is quarantined. */
  private async finish(lease: Lease | null, ready: readonly ReadyMail[]): Promise<void> {
    if (ready.length === 0) return;
    try {
      await withCorrelation(`intake-${ready[0]!.work.id}`, () => this.process.run(lease, ready));
    } catch (error) {
      if (error instanceof LeaseLost || isTemporary(error)) throw error;
      const [only] = ready;
      if (ready.length === 1 && only !== undefined) {
        log.warn({ intakeId: only.work.id, err: error }, 'message failed');
        await this.quarantine.run(lease, only.work, messageOf(error));
        return;
      }
      log.warn(
        { messages: ready.length, err: messageOf(error) },
        'batch failed, going on one by one',
      );
      for (const one of ready) await this.finish(lease, [one]);
    }
  }

  /** A fault of ours is not counted; any other is, and the waits grow until the messages are quarantined. */
  private async giveBack(batch: readonly IntakeWork[], error: unknown): Promise<void> {
    const ids = batch.map(({ id }) => id);
    const counted = countsAsAttempt(error);
    log.error({ messages: batch.length, counted, err: error }, 'processing failed, trying again');
    await this.database.inTransaction((tx) =>
      counted ? this.work.postpone(tx, ids) : this.work.giveBack(tx, ids, TEMPORARY_RETRY_SECONDS),
    );
    throw error;
  }
}
