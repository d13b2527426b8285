import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Alarms, Database, faultPoint } from '../../../platform/index.js';
import { MailSessionError, type MailSession } from '../../mailboxes/index.js';
import { RecordedMailStore } from '../store/recorded-mail.store.js';

const BATCH = 100;

/**
 * What the operator wants done on the server with processed messages (D22): last, idempotent, recorded. A message that
 * is gone or whose UIDVALIDITY has changed counts as done; a missing target folder is an alarm and waits.
 */
@Injectable()
export class FinishOnServer {
  constructor(
    private readonly database: Database,
    private readonly config: CurrentConfig,
    private readonly alarms: Alarms,
    private readonly store: RecordedMailStore,
  ) {}

  /** Returns how many messages were finished. Throws MailSessionError when the session is of no more use. */
  async run(session: MailSession, folder: string, uidvalidity: string): Promise<number> {
    const mailbox = this.config.get().mailboxes[session.mailboxKey];
    if (mailbox === undefined || mailbox.mode === 'observe' || mailbox.after === 'keep') return 0;
    let finished = 0;
    for (;;) {
      const due = await this.store.serverActionsDue(session.mailboxKey, folder, BATCH);
      if (due.length === 0) break;
      const uids = due.filter((row) => row.uidvalidity === uidvalidity).map(({ uid }) => uid);
      if (!(await this.act(session, folder, uids, mailbox.after, mailbox.moveTo))) return finished;
      faultPoint('server.acted');
      await this.database.inTransaction((tx) =>
        this.store.serverActionsDone(
          tx,
          due.map(({ id }) => id),
        ),
      );
      faultPoint('server.recorded');
      finished += due.length;
      if (due.length < BATCH) break;
    }
    return finished;
  }

  private async act(
    session: MailSession,
    folder: string,
    uids: readonly number[],
    after: 'seen' | 'move',
    moveTo: string | undefined,
  ): Promise<boolean> {
    if (uids.length === 0) return true;
    const alarm = `mailbox.${session.mailboxKey}.after`;
    try {
      if (after === 'seen') await session.markSeen(folder, uids);
      else if (moveTo !== undefined) await session.move(folder, uids, moveTo);
      await this.alarms.clear(alarm);
      return true;
    } catch (error) {
      if (
        !(error instanceof MailSessionError) ||
        !['folder_missing', 'quota'].includes(error.failure.kind)
      )
        throw error;
      await this.alarms.raise(
        alarm,
        'warning',
        `Processed mail of ${session.mailboxKey} could not be filed: ${error.message}`,
      );
      return false;
    }
  }
}
