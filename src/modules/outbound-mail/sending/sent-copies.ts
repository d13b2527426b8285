import { Injectable } from '@nestjs/common';
import { Background, Clock, PeriodicWork, Wakeups } from '../../../platform/index.js';
import { SentCopyStore } from '../store/sent-copy.store.js';
import { FileCopy, HoldLost } from './file-copy.js';
import { SentFolders } from './sent-folder.js';

const EVERY_MS = 3_000;
/** Copies filed in one session. */
const AT_ONCE = 25;

/**
 * Files our own copies of sent mail in the Sent folders (`folders.sentCopy`), beside the sending and after it: a mailbox
 * that takes no copies holds up no mail.
 */
@Injectable()
export class SentCopies extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly store: SentCopyStore,
    private readonly folders: SentFolders,
    private readonly file: FileCopy,
    private readonly clock: Clock,
  ) {
    super({ name: 'sent-copies', everyMs: EVERY_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    for (const mailboxKey of await this.store.mailboxesDue(this.clock.now())) {
      if (this.stopping.signal.aborted) return;
      await this.mailbox(mailboxKey);
    }
  }

  private async mailbox(mailboxKey: string): Promise<void> {
    let waiting = await this.store.due(mailboxKey, this.clock.now(), AT_ONCE);
    try {
      const held = await this.folders.use(mailboxKey, async (sent) => {
        // Asked again under the hold: another process may have filed them a moment ago.
        waiting = await this.store.due(mailboxKey, this.clock.now(), AT_ONCE);
        while (waiting.length > 0 && !this.stopping.signal.aborted) {
          await this.file.run(sent, waiting[0]!, this.folders.safeMs);
          waiting = waiting.slice(1);
        }
      });
      if (!held) return;
    } catch (error) {
      if (error instanceof HoldLost) return;
      await this.file.postponeAll(waiting, error);
    }
    await this.file.alarm(mailboxKey);
  }
}
