import { Injectable } from '@nestjs/common';
import { CurrentConfig, type HelpdeskConfig } from '../../../config/index.js';
import { RecordedMailStore } from '../store/recorded-mail.store.js';

/** So often mailboxes that are configured no more are looked for. */
const LEFTOVERS_MS = 30_000;

/**
 * The mailboxes that some worker should hold: those of the configuration in force, and every other mailbox that still
 * has recorded messages to process.
 */
@Injectable()
export class WantedMailboxes {
  private leftovers: { readonly keys: readonly string[]; readonly lookedAt: number } | null = null;

  constructor(
    private readonly config: CurrentConfig,
    private readonly recorded: RecordedMailStore,
  ) {}

  /** By key, with what their sessions depend on. */
  async now(): Promise<Map<string, string>> {
    const wanted = settingsOf(this.config.get());
    if (this.leftovers === null || performance.now() - this.leftovers.lookedAt >= LEFTOVERS_MS) {
      const keys = await this.recorded.mailboxesWithWork().catch(() => []);
      this.leftovers = { keys, lookedAt: performance.now() };
    }
    for (const key of this.leftovers.keys) if (!wanted.has(key)) wanted.set(key, 'retired');
    return wanted;
  }

  /** Calls `changed` when another configuration is in force; returns what ends that. */
  onChange(changed: () => void): () => void {
    return this.config.onChange(() => {
      this.leftovers = null;
      changed();
    });
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
