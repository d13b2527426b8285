import type { MailboxObject } from 'imapflow';
import type { ImapConnection } from './imap-connection.js';

/**
 * Knows whether a folder has had news since its owner last looked. EXISTS may arrive with the answer to any command,
 * long before anybody waits, so it is noted from the first moment of the session and waiting begins by asking the note.
 */
export class NewsWatch {
  /** The UID from which on a message is news, by folder: UIDNEXT at the last look, or beyond what the look found. */
  private readonly newsFrom = new Map<string, number>();
  private readonly grown = new Set<string>();
  private wake: (() => void) | null = null;

  constructor(private readonly connection: ImapConnection) {
    connection.client.on('exists', (event) => {
      if (event.count <= event.prevCount) return;
      this.grown.add(event.path);
      this.wake?.();
    });
  }

  /** The owner is about to look into the selected folder: whatever comes from now on is news again. */
  looking(folder: string, mailbox: MailboxObject): void {
    this.grown.delete(folder);
    this.newsFrom.set(folder, mailbox.uidNext);
  }

  /** The look found messages up to this UID. */
  found(folder: string, highestUid: number): void {
    this.newsFrom.set(folder, Math.max(this.newsFrom.get(folder) ?? 0, highestUid + 1));
  }

  /**
   * Waits in the selected folder for more messages; true if there are, and where nobody has looked yet. Throws
   * MailSessionError when the connection dies. Without IDLE it sleeps for `timeoutMs` and asks once.
   */
  async wait(
    folder: string,
    mailbox: MailboxObject,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    // After another folder was open SELECT has told UIDNEXT anew; counts would miss what replaced something deleted.
    if (this.grown.has(folder) || mailbox.uidNext > (this.newsFrom.get(folder) ?? 0)) return true;
    if (signal.aborted) return false;
    const idle = this.connection.client.capabilities.has('IDLE');
    const ended = this.sleep(timeoutMs, signal);
    if (idle) {
      // Runs until the next command breaks it; a failure shows in the connection's own state.
      void this.connection.client.idle().catch(() => undefined);
    }
    await ended;
    this.connection.assertAlive();
    if (!idle && !signal.aborted) await this.connection.run((client) => client.noop());
    return this.grown.has(folder);
  }

  private sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        stopListening();
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end, { once: true });
      const stopListening = this.connection.onEnd(end);
      this.wake = end;
    });
  }
}
