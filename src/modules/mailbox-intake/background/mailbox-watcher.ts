import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Background,
  createLogger,
  messageOf,
  Wakeups,
  type BackgroundWork,
} from '../../../platform/index.js';
import { MessageParser } from '../parser/message-parser.js';
import { MailboxRunner } from './mailbox-runner.js';
import { MailboxShares } from './mailbox-shares.js';
import { RunnerToolbox } from './runner-toolbox.js';
import { WantedMailboxes } from './wanted-mailboxes.js';

const log = createLogger('mailbox-intake');
/** So often this process looks whether a mailbox is free, or to be handed back. */
const LOOK_MS = 1_000;
const WAKEUP = 'mailbox-watcher';

interface Held {
  readonly runner: MailboxRunner;
  readonly settings: string;
  ending: boolean;
}

/** Keeps a runner for each of this process's share of the mailboxes. One whose configuration changed gets a new runner. */
@Injectable()
export class MailboxWatcher implements BackgroundWork, OnModuleInit {
  /** In the order in which they were taken. */
  private readonly runners = new Map<string, Held>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly background: Background,
    private readonly wanted: WantedMailboxes,
    private readonly shares: MailboxShares,
    private readonly wakeups: Wakeups,
    private readonly tools: RunnerToolbox,
    private readonly parser: MessageParser,
  ) {}

  onModuleInit(): void {
    this.background.register('mailboxes', this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    // First, so that the others reach for each mailbox the moment it is free.
    await this.shares.leave().catch(() => undefined);
    await Promise.all([...this.runners.keys()].map((key) => this.end(key)));
    await this.parser.close();
  }

  private async loop(): Promise<void> {
    const unfollow = this.wanted.onChange(() => this.wakeups.wake(WAKEUP));
    let failing = false;
    while (!this.stopping.signal.aborted) {
      try {
        await this.look();
        failing = false;
      } catch (error) {
        // Once, not every second for as long as the database is away.
        if (!failing)
          log.error(
            { err: messageOf(error) },
            'the mailboxes could not be looked through, trying again',
          );
        failing = true;
      }
      await this.wakeups.sleep(WAKEUP, LOOK_MS, this.stopping.signal);
    }
    unfollow();
  }

  private async look(): Promise<void> {
    const wanted = await this.wanted.now();
    for (const [key, { settings }] of this.runners)
      if (wanted.get(key) !== settings) void this.end(key);
    const { take, handBack } = await this.shares.look(
      [...wanted.keys()],
      this.keys(false),
      this.keys(true),
    );
    for (const key of handBack) {
      log.info({ mailbox: key }, 'handing the mailbox to a worker that holds fewer');
      void this.end(key);
    }
    if (this.stopping.signal.aborted) return;
    for (const key of take) this.take(key, wanted.get(key)!);
  }

  private keys(ending: boolean): string[] {
    return [...this.runners].filter(([, held]) => held.ending === ending).map(([key]) => key);
  }

  private take(key: string, settings: string): void {
    const runner = new MailboxRunner(key, this.tools.tools);
    this.runners.set(key, { runner, settings, ending: false });
    void runner.run().then(() => this.runners.delete(key));
  }

  /** The batch in hand is finished and the lease given back; nothing else waits for it. */
  private async end(key: string): Promise<void> {
    const held = this.runners.get(key);
    if (held === undefined) return;
    held.ending = true;
    await held.runner.stop();
    this.wakeups.wake(WAKEUP);
  }
}
