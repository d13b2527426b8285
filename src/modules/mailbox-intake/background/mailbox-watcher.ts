import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CurrentConfig, type HelpdeskConfig } from '../../../config/index.js';
import {
  Background,
  createLogger,
  messageOf,
  Wakeups,
  type BackgroundWork,
} from '../../../platform/index.js';
import { MessageParser } from '../parser/message-parser.js';
import { RecordedMailStore } from '../store/recorded-mail.store.js';
import { MailboxRunner } from './mailbox-runner.js';
import { RunnerToolbox } from './runner-toolbox.js';

const log = createLogger('mailbox-intake');
const RECONCILE_INTERVAL_MS = 30_000;
const WAKEUP = 'mailbox-watcher';

/**
 * Keeps one runner for every mailbox of the configuration in force, and one for every other mailbox that still has
 * recorded messages to process. A mailbox whose configuration changed gets a new runner.
 */
@Injectable()
export class MailboxWatcher implements BackgroundWork, OnModuleInit {
  private readonly runners = new Map<string, { runner: MailboxRunner; settings: string }>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly background: Background,
    private readonly config: CurrentConfig,
    private readonly wakeups: Wakeups,
    private readonly recorded: RecordedMailStore,
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
    await Promise.allSettled([...this.runners.values()].map(({ runner }) => runner.stop()));
    this.runners.clear();
    await this.parser.close();
  }

  private async loop(): Promise<void> {
    const unfollow = this.config.onChange(() => this.wakeups.wake(WAKEUP));
    while (!this.stopping.signal.aborted) {
      try {
        await this.reconcile();
      } catch (error) {
        log.error(
          { err: messageOf(error) },
          'the mailboxes could not be looked through, trying again',
        );
      }
      await this.wakeups.sleep(WAKEUP, RECONCILE_INTERVAL_MS, this.stopping.signal);
    }
    unfollow();
  }

  private async reconcile(): Promise<void> {
    const wanted = settingsOf(this.config.get());
    for (const key of await this.recorded.mailboxesWithWork().catch(() => [])) {
      if (!wanted.has(key)) wanted.set(key, 'retired');
    }
    const ending = [...this.runners].filter(([key, { settings }]) => wanted.get(key) !== settings);
    await Promise.all(
      ending.map(async ([key, { runner }]) => {
        this.runners.delete(key);
        await runner.stop();
      }),
    );
    if (this.stopping.signal.aborted) return;
    for (const [key, settings] of wanted) {
      if (this.runners.has(key)) continue;
      const runner = new MailboxRunner(key, this.tools.tools);
      this.runners.set(key, { runner, settings });
      runner.start();
    }
  }
}

/** What a session depends on, per watched mailbox: any change of it makes a new session. */
function settingsOf(config: HelpdeskConfig): Map<string, string> {
  return new Map(
    Object.entries(config.mailboxes)
      .filter(([, mailbox]) => !mailbox.retired)
      .map(([key, mailbox]) => [
        key,
        JSON.stringify([
          mailbox.imap,
          mailbox.folders,
          mailbox.pollIntervalSeconds,
          mailbox.after,
          mailbox.mode,
        ]),
      ]),
  );
}
