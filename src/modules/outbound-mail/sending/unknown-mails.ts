import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import {
  Background,
  Clock,
  createLogger,
  messageOf,
  PeriodicWork,
  Wakeups,
} from '../../../platform/index.js';
import { DecideUnknown } from '../commands/decide-unknown.js';
import { nextLookMs, type SentFolderLook } from '../domain/unknown-fate.js';
import { UnknownMailStore, type UnknownMail } from '../store/unknown-mail.store.js';
import { SentFolders } from './sent-folder.js';

const EVERY_MS = 5_000;
/** Mails of one mailbox looked for in one session. */
const AT_ONCE = 50;

const log = createLogger('outbound-mail');

interface Look {
  readonly sentFolder: SentFolderLook;
  /** When the server took the copy that was found. */
  readonly filedAt: Date | null;
}

/** What looking takes, in one place because a constructor takes few. */
@Injectable()
export class LookingTools {
  constructor(
    readonly folders: SentFolders,
    readonly decide: DecideUnknown,
  ) {}
}

/**
 * Looks after mail of unknown fate: whether it lies in the Sent folder, came to a mailbox of ours, or was answered; then
 * lets the operator's rule decide. Never sends anything itself.
 */
@Injectable()
export class UnknownMails extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly store: UnknownMailStore,
    private readonly looking: LookingTools,
  ) {
    super({ name: 'unknown-mails', everyMs: EVERY_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    if (!(await this.store.any())) return;
    const now = this.clock.now();
    const due = (await this.store.inDoubt(now)).filter((mail) => this.isDue(mail, now));
    for (const mailboxKey of new Set(due.map((mail) => mail.mailboxKey))) {
      if (this.stopping.signal.aborted) return;
      const mails = due.filter((mail) => mail.mailboxKey === mailboxKey);
      await this.look(mailboxKey, mails.slice(0, AT_ONCE));
    }
  }

  /** Growing pauses, and one look when the wait of the rule is over. */
  private isDue({ since, lookedAt, evidence }: UnknownMail, now: Date): boolean {
    if (lookedAt === null || lookedAt < since || evidence !== null) return true;
    const decidesAt = since.getTime() + this.waitMs();
    if (lookedAt.getTime() < decidesAt && now.getTime() >= decidesAt) return true;
    return now.getTime() - lookedAt.getTime() >= nextLookMs(now.getTime() - since.getTime());
  }

  private waitMs(): number {
    return this.config.get().outbox.unknownAfterMinutes * 60_000;
  }

  private async look(mailboxKey: string, mails: readonly UnknownMail[]): Promise<void> {
    const looks = new Map<string, Look>();
    const searched = mails.filter(({ acceptedBefore, evidence }) => !acceptedBefore && !evidence);
    for (const { id } of mails) looks.set(id, { sentFolder: 'not_conclusive', filedAt: null });
    if (searched.length > 0 && !(await this.search(mailboxKey, searched, looks))) return;
    const before = this.clock.now().getTime() - this.waitMs();
    for (const mail of mails) {
      const waited = mail.since.getTime() <= before;
      const { sentFolder, filedAt } = looks.get(mail.id)!;
      await this.looking.decide.run(mail, sentFolder, filedAt, waited);
    }
  }

  /** Fills `looks`; false where another process is at it. */
  private async search(
    mailboxKey: string,
    mails: readonly UnknownMail[],
    looks: Map<string, Look>,
  ): Promise<boolean> {
    for (const { id } of mails) looks.set(id, { sentFolder: 'not_reached', filedAt: null });
    if (this.config.get().mailboxes[mailboxKey] === undefined) return true;
    try {
      return await this.looking.folders.use(mailboxKey, async (sent) => {
        for (const mail of mails) {
          if (sent.folder !== null && !(await sent.holds())) return;
          const filedAt = await sent.find(mail);
          const there = filedAt === null ? 'not_there' : 'there';
          looks.set(mail.id, { sentFolder: sent.folder === null ? 'no_folder' : there, filedAt });
        }
      });
    } catch (error) {
      log.warn({ mailbox: mailboxKey, err: messageOf(error) }, 'the Sent folder could not be read');
      return true;
    }
  }
}
