import type { CurrentConfig, MailboxConfig } from '../../../config/index.js';
import {
  Alarms,
  Clock,
  createLogger,
  Leases,
  messageOf,
  wholeMessageOf,
  Wakeups,
  type Lease,
} from '../../../platform/index.js';
import {
  Mailboxes,
  MailSessionError,
  MailSessions,
  type MailSession,
} from '../../mailboxes/index.js';
import { FinishOnServer } from '../commands/finish-on-server.js';
import { LeaseLost } from '../commands/record-mail.js';
import { watchedFolders } from '../commands/reconcile-by-operator.js';
import type { ReconcileMailbox } from '../commands/reconcile-mailbox.js';
import type { RetryQuarantined } from '../commands/retry-quarantined.js';
import { SyncFolder, type FolderToSync } from '../commands/sync-folder.js';
import { ALARM_AFTER_FAILURES, backoffMs } from '../domain/backoff.js';
import { actsOnServer } from '../domain/server-act.js';
import { reconcileWakeup, serverActionWakeup } from '../intake-wakeup.js';
import { mailboxLease } from '../mailbox-lease.js';
import type { MailboxProcessor } from './mailbox-processor.js';

const log = createLogger('mailbox-intake');

/** So often new mail is looked for while the server is compared with what is recorded. */
const BREATHE_MS = 2_000;

/** What a runner works with; one object, because there are many runners. */
export interface RunnerTools {
  readonly config: CurrentConfig;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly alarms: Alarms;
  readonly wakeups: Wakeups;
  readonly mailboxes: Mailboxes;
  readonly sessions: MailSessions;
  readonly sync: SyncFolder;
  readonly finish: FinishOnServer;
  readonly processor: MailboxProcessor;
  readonly retry: RetryQuarantined;
  readonly reconcile: ReconcileMailbox;
  /** Jitter in [0, 1). */
  readonly random: () => number;
}

/**
 * One mailbox in this process: takes its lease, keeps a session of its own with its own back-off, records what arrives
 * and processes what is recorded. Nothing that happens to it touches another mailbox. Runs until it is stopped or the
 * lease is lost, or not had in the first place; then it is over for good.
 */
export class MailboxRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private session: MailSession | null = null;
  /** The alarm for an unconfirmed start may stand, be it from a process before this. */
  private mayAskForStart = true;

  constructor(
    readonly mailboxKey: string,
    private readonly tools: RunnerTools,
  ) {}

  /** Resolves when everything has ended and the lease is given back; never rejects. */
  run(): Promise<void> {
    this.running ??= this.takeAndHold().catch((error: unknown) =>
      log.error(
        { mailbox: this.mailboxKey, err: messageOf(error) },
        'the lease could not be asked for',
      ),
    );
    return this.running;
  }

  /** Lets the transaction in hand finish, closes the session, hands the lease back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.session?.close().catch(() => undefined);
    await this.running;
  }

  private async takeAndHold(): Promise<void> {
    const lease = await this.tools.leases.acquire(mailboxLease(this.mailboxKey));
    if (lease !== null) await this.hold(lease);
  }

  /** Everything that is done while the lease is ours; ends when it is lost or the runner is stopped. */
  private async hold(lease: Lease): Promise<void> {
    const held = new AbortController();
    const signal = AbortSignal.any([held.signal, this.stopping.signal]);
    const end = (error: unknown): void => {
      if (!(error instanceof LeaseLost))
        log.error({ mailbox: this.mailboxKey, err: error }, 'mailbox work ended unexpectedly');
      held.abort();
      void this.session?.close().catch(() => undefined);
    };
    // Beside the mail that comes: an upgrade may have taught us to read what waits in quarantine (D22).
    const retrying = this.tools.retry.run(this.mailboxKey, signal).catch((error: unknown) => {
      log.warn(
        { mailbox: this.mailboxKey, err: messageOf(error) },
        'quarantined messages could not be tried again',
      );
    });
    const works = [
      this.renewing(lease, signal).catch(end),
      this.tools.processor.loop(this.mailboxKey, lease, signal).catch(end),
      this.watching(lease, signal).catch(end),
    ];
    await Promise.all([...works, retrying]);
    await this.tools.leases.release(lease).catch(() => undefined);
  }

  private async renewing(lease: Lease, signal: AbortSignal): Promise<void> {
    let lastRenewed = performance.now();
    while (!signal.aborted) {
      await this.pause(this.tools.leases.ttlMs / 3, signal);
      if (signal.aborted) return;
      const held = await this.tools.leases.renew(lease).catch(() => null);
      if (held === true) lastRenewed = performance.now();
      // The database may be away for a moment; after the lease's time others may have taken it.
      if (held === false || performance.now() - lastRenewed > this.tools.leases.ttlMs)
        throw new LeaseLost(lease.name);
    }
  }

  /** Sessions, one after the other, with back-off between failures. */
  private async watching(lease: Lease, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const mailbox = this.mailbox();
      if (mailbox === null) return this.waitForStop(signal);
      try {
        await this.oneSession(lease, signal, () => (failures = 0));
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        if (signal.aborted) break;
        failures += 1;
        await this.failed(error, failures, signal);
      } finally {
        const session = this.session;
        this.session = null;
        await session?.close().catch(() => undefined);
      }
    }
    await this.tools.mailboxes
      .reportState(this.mailboxKey, { state: 'stopped', seen: false })
      .catch(() => undefined);
  }

  private async failed(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { mailboxes, alarms, clock, random } = this.tools;
    const waitMs = backoffMs(failures, random());
    const sentence =
      error instanceof MailSessionError ? error.failure.message : wholeMessageOf(error);
    const kind = error instanceof MailSessionError ? error.failure.kind : 'other';
    log.warn(
      { mailbox: this.mailboxKey, failures, waitMs, kind, err: sentence },
      'mailbox session failed',
    );
    try {
      await mailboxes.reportState(this.mailboxKey, {
        state: 'failing',
        seen: false,
        error: sentence,
        nextAttemptAt: new Date(clock.now().getTime() + waitMs),
      });
      if (failures >= ALARM_AFTER_FAILURES) {
        await alarms.raise(`mailbox.${this.mailboxKey}`, 'critical', sentence, { kind, failures });
      }
    } catch (reportError) {
      log.warn(
        { mailbox: this.mailboxKey, err: messageOf(reportError) },
        'the failure could not be recorded',
      );
    }
    await this.pause(waitMs, signal);
  }

  private async oneSession(
    lease: Lease,
    signal: AbortSignal,
    succeeded: () => void,
  ): Promise<void> {
    const { mailboxes, sessions, alarms } = this.tools;
    await mailboxes.reportState(this.mailboxKey, { state: 'connecting', seen: false });
    const session = await sessions.connect(this.mailboxKey);
    this.session = session;
    if (signal.aborted) return;
    const folders = await this.folders(session, lease, signal);
    while (!signal.aborted) {
      const startAt = await this.startAt(session, folders);
      await mailboxes.reportState(this.mailboxKey, { state: 'syncing', seen: true });
      const wanted = watchedFolders(folders).map((folder) => ({ ...folder, startAt }));
      const read = (folder: FolderToSync): Promise<unknown> =>
        this.tools.sync.run(session, lease, { ...folder, progressed: succeeded }, signal);
      for (const folder of wanted) await read(folder);
      succeeded();
      await alarms.clear(`mailbox.${this.mailboxKey}`);
      const breathe = seldom(BREATHE_MS, () => read(wanted[0]!));
      const held = { session, lease, signal, folders: wanted, synced: true, breathe };
      if (!signal.aborted && (await this.tools.reconcile.answer(held))) continue;
      await this.waitForMail(session, folders.inbox, signal);
    }
  }

  /**
   * The folders to watch. One that is configured and missing is said as a failure of the mailbox, at every attempt, but
   * what customers write goes on: the inbox is read first.
   */
  private async folders(session: MailSession, lease: Lease, signal: AbortSignal): Promise<Folders> {
    try {
      return await session.folders();
    } catch (error) {
      const inbox = this.mailbox()?.folders.inbox;
      const missing = error instanceof MailSessionError && error.failure.kind === 'folder_missing';
      if (!missing || inbox === undefined) throw error;
      const startAt = await this.startAt(session, { inbox, junk: null, sent: null });
      await this.tools.sync.run(session, lease, { folder: inbox, role: 'inbox', startAt }, signal);
      throw error;
    }
  }

  /** IDLE on the inbox until news or until it is time to look at the other folders; after-processing in between. */
  private async waitForMail(
    session: MailSession,
    inbox: string,
    signal: AbortSignal,
  ): Promise<void> {
    const pollMs = (this.mailbox()?.pollIntervalSeconds ?? 30) * 1000;
    const { uidValidity } = await this.finishOnServer(session, inbox);
    await this.tools.mailboxes.reportState(this.mailboxKey, {
      state: session.supportsIdle ? 'idle' : 'polling',
      seen: true,
      unseenOnServer: 0,
    });
    const until = performance.now() + pollMs;
    const acts = this.acts();
    while (!signal.aborted) {
      const waitMs = until - performance.now();
      if (waitMs <= 0) return;
      const wake = new AbortController();
      const waiting = AbortSignal.any([signal, wake.signal]);
      const woken = async (topic: string): Promise<boolean> => {
        const before = this.tools.wakeups.times(topic);
        await this.tools.wakeups.sleep(topic, waitMs, waiting);
        wake.abort();
        return this.tools.wakeups.times(topic) > before;
      };
      const asked = woken(reconcileWakeup(this.mailboxKey));
      const processed = acts ? woken(serverActionWakeup(this.mailboxKey)) : null;
      const news = await session.waitForNews(inbox, waitMs, waiting);
      wake.abort();
      await processed;
      if ((await asked) || news) return;
      if (acts && !signal.aborted) await this.tools.finish.run(session, inbox, uidValidity);
    }
  }

  private async finishOnServer(
    session: MailSession,
    inbox: string,
  ): Promise<{ uidValidity: string }> {
    if (!this.acts()) return { uidValidity: '' };
    const { uidValidity } = await session.position(inbox);
    await this.tools.finish.run(session, inbox, uidValidity);
    return { uidValidity };
  }

  /**
   * D1: from when on mail becomes tickets. `startFrom: all` opens tickets for old mail, so a person says it twice: until
   * then it is like `now` under an alarm, and `mailbox start` makes tickets of what was historical. Where nothing is in
   * the folders there is nothing to ask.
   */
  private async startAt(session: MailSession, folders: Folders): Promise<Date | null> {
    const { alarms, mailboxes, clock } = this.tools;
    const alarm = `mailbox.${this.mailboxKey}.start`;
    let start = await mailboxes.startOf(this.mailboxKey);
    if (start.kind === 'unconfirmed' && (await isEmpty(session, folders))) {
      await mailboxes.startEmpty(this.mailboxKey);
      start = await mailboxes.startOf(this.mailboxKey);
    }
    if (start.kind === 'from') {
      if (this.mayAskForStart) await alarms.clear(alarm);
      this.mayAskForStart = false;
      return start.at;
    }
    this.mayAskForStart = true;
    await alarms.raise(
      alarm,
      'warning',
      `The mailbox ${this.mailboxKey} has startFrom: all, but its old mail waits for a confirmation: run helpdesk mailbox start ${this.mailboxKey}. New mail becomes tickets meanwhile.`,
    );
    return clock.now();
  }

  private mailbox(): MailboxConfig | null {
    const mailbox = this.tools.config.get().mailboxes[this.mailboxKey];
    return mailbox === undefined || mailbox.retired ? null : mailbox;
  }

  private acts(): boolean {
    const mailbox = this.mailbox();
    return mailbox !== null && actsOnServer(mailbox);
  }

  /** A retired mailbox is watched no more; what it recorded is still processed beside this. */
  private async waitForStop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.pause(60_000, signal);
  }

  private pause(milliseconds: number, signal: AbortSignal = this.stopping.signal): Promise<void> {
    return this.tools.wakeups.sleep(`runner:${this.mailboxKey}`, milliseconds, signal);
  }
}

type Folders = Awaited<ReturnType<MailSession['folders']>>;

/** Runs `work` where it did not run for so long. */
function seldom(everyMs: number, work: () => Promise<unknown>): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    await work();
    last = performance.now();
  };
}

async function isEmpty(session: MailSession, { inbox, junk }: Folders): Promise<boolean> {
  for (const folder of [inbox, junk])
    if (folder !== null && (await session.position(folder)).exists > 0) return false;
  return true;
}
