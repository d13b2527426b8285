import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, Clock, createLogger, faultPoint, messageOf } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import { composeBytes, MailSessionError } from '../../mailboxes/index.js';
import { copyRetryMs, GIVE_UP_AFTER_MS } from '../domain/back-off.js';
import { SentCopyStore, type CopyToFile } from '../store/sent-copy.store.js';
import { composeMail } from './compose-mail.js';
import type { OpenSentFolder } from './sent-folder.js';

/** From this many failed tries on (about ten minutes) a person should look. */
export const ALARMING_TRIES = 5;

const log = createLogger('outbound-mail');

/** Files our own copy of one sent mail in the Sent folder; never touches the sending. */
@Injectable()
export class FileCopy {
  /** Mailboxes without a Sent folder that this process has named in its log. */
  private readonly named = new Set<string>();

  constructor(
    private readonly store: SentCopyStore,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly alarms: Alarms,
  ) {}

  /**
   * Whether the mail lies there already is asked first, every time: the provider may have filed it, or a process that died
   * between the filing and its record. Throws where the session or the hold is lost.
   */
  async run(sent: OpenSentFolder, mail: CopyToFile, safeMs: number): Promise<void> {
    if (sent.folder === null) {
      await this.without(sent.session.mailboxKey, mail);
      return;
    }
    try {
      const bytes = await composeBytes({
        ...composeMail(mail, this.blobs),
        envelope: { from: mail.envelopeFrom, to: accepted(mail) },
      });
      if (!(await sent.holds())) throw new HoldLost();
      const heldAt = performance.now();
      if ((await sent.find(mail)) !== null) {
        await this.store.done(mail.id, 'found');
        return;
      }
      // A search that took longer than the hold is sure for: another process may be at it.
      if (performance.now() - heldAt > safeMs) throw new HoldLost();
      await sent.session.append(sent.folder, bytes, mail.sentAt);
      faultPoint('outbox.copied');
      await this.store.done(mail.id, 'filed');
      faultPoint('outbox.copy_recorded');
    } catch (error) {
      await this.failed(mail, error);
    }
  }

  /** Every copy of this mailbox waits: its server cannot be reached. */
  async postponeAll(mails: readonly CopyToFile[], error: unknown): Promise<void> {
    for (const mail of mails) await this.postpone(mail, messageOf(error));
  }

  /** Raises or clears the alarm of a mailbox by what still waits. */
  async alarm(mailboxKey: string): Promise<void> {
    const key = `sent-copy.${mailboxKey}`;
    if (await this.store.anyTried(mailboxKey, ALARMING_TRIES)) {
      await this.alarms.raise(
        key,
        'warning',
        `Copies of sent mail cannot be filed in the Sent folder of mailbox ${mailboxKey}: they are tried again, for five days. The mails themselves have left. Check folder, quota and log-in with "mailbox check ${mailboxKey}".`,
        { mailbox: mailboxKey },
      );
    } else await this.alarms.clear(key);
  }

  /** A server that marks no Sent folder: with `auto` there is none to file in; with `always` somebody expects one. */
  private async without(mailboxKey: string, mail: CopyToFile): Promise<void> {
    const why = 'the server marks no Sent folder: name it in folders.sent';
    const always = this.config.get().mailboxes[mailboxKey]?.folders.sentCopy === 'always';
    if (always) {
      await this.postpone(mail, why);
      return;
    }
    if (!this.named.has(mailboxKey))
      log.warn({ mailbox: mailboxKey }, `no copies are filed in Sent: ${why}`);
    this.named.add(mailboxKey);
    await this.store.done(mail.id, 'failed', why);
  }

  private async failed(mail: CopyToFile, error: unknown): Promise<void> {
    if (error instanceof HoldLost) throw error;
    const kind = error instanceof MailSessionError ? error.failure.kind : 'other';
    if (kind === 'too_large') {
      log.warn({ outboxId: mail.id }, 'the Sent folder takes no message of this size');
      await this.store.done(mail.id, 'failed', messageOf(error));
      return;
    }
    // About this mail or folder: the others are still tried. Anything else ends the session.
    if (!['quota', 'folder_missing', 'protocol', 'other'].includes(kind)) throw error;
    await this.postpone(mail, messageOf(error));
  }

  private async postpone(mail: CopyToFile, error: string): Promise<void> {
    const now = this.clock.now();
    log.warn({ outboxId: mail.id, tries: mail.tries + 1, err: error }, 'copy not filed in Sent');
    if (now.getTime() - mail.sentAt.getTime() > GIVE_UP_AFTER_MS) {
      await this.store.done(mail.id, 'failed', error.slice(0, 500));
      return;
    }
    const dueAt = new Date(now.getTime() + copyRetryMs(mail.tries + 1));
    await this.store.postpone([mail.id], dueAt, error.slice(0, 500));
  }
}

/** Another process may hold the folder by now. */
export class HoldLost extends Error {}

function accepted({ recipients }: CopyToFile): string[] {
  return recipients
    .filter(({ state }) => state === 'accepted' || state === 'bounced')
    .map(({ address }) => address);
}
