import { Injectable } from '@nestjs/common';
import { Leases, type Lease } from '../../../platform/index.js';
import { MailSessions, type MailSession } from '../../mailboxes/index.js';
import { SENT_AS_HEADER } from './compose-mail.js';

/** A mailbox's Sent folder in the hands of one process. */
export interface OpenSentFolder {
  readonly session: MailSession;
  readonly folder: string | null;
  /** When the server took this mail into the folder; null where it is not there. */
  find(mail: { readonly messageId: string; readonly createdAt: Date }): Promise<Date | null>;
  /** Prolongs the hold; false where another process has taken it over. */
  holds(): Promise<boolean>;
}

/** Sessions on Sent folders of their own, one process at a time: never beside the mail that is sent or fetched. */
@Injectable()
export class SentFolders {
  constructor(
    private readonly leases: Leases,
    private readonly sessions: MailSessions,
  ) {}

  /** Half of the time that a hold lasts: what is begun within it is over before another process begins. Milliseconds. */
  get safeMs(): number {
    return this.leases.ttlMs / 2;
  }

  /** Runs `work` with the folder; false where another process has it. Throws MailSessionError. */
  async use(mailboxKey: string, work: (sent: OpenSentFolder) => Promise<void>): Promise<boolean> {
    const lease = await this.leases.acquire(`sent-folder:${mailboxKey}`);
    if (lease === null) return false;
    let session: MailSession | null = null;
    try {
      session = await this.sessions.connect(mailboxKey);
      await work(openOn(session, await session.sentFolder(), this.leases, lease));
      return true;
    } finally {
      await session?.close();
      await this.leases.release(lease);
    }
  }
}

function openOn(
  session: MailSession,
  folder: string | null,
  leases: Leases,
  lease: Lease,
): OpenSentFolder {
  return {
    session,
    folder,
    find: ({ messageId, createdAt }) =>
      folder === null
        ? Promise.resolve(null)
        : session.findMail(folder, { messageId, idHeader: SENT_AS_HEADER, since: createdAt }),
    holds: () => leases.renew(lease),
  };
}
