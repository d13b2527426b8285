import { Injectable } from '@nestjs/common';
import { CurrentConfig, type MailboxConfig } from '../../../config/index.js';
import { Alarms, Database, faultPoint } from '../../../platform/index.js';
import { MailSessionError, type MailSession } from '../../mailboxes/index.js';
import { actsOnServer, serverActFor, type ServerAct } from '../domain/server-act.js';
import { RecordedMailStore } from '../store/recorded-mail.store.js';

const BATCH = 100;
const ACTS = ['remove', 'seen', 'move'] as const satisfies readonly ServerAct[];

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
    if (mailbox === undefined || !actsOnServer(mailbox)) return 0;
    let finished = 0;
    for (;;) {
      const due = await this.store.serverActionsDue(session.mailboxKey, folder, BATCH);
      if (due.length === 0) break;
      const there = due.filter((row) => row.uidvalidity === uidvalidity);
      for (const act of ACTS) {
        const uids = there
          .filter(({ disposition }) => serverActFor(mailbox, disposition) === act)
          .map(({ uid }) => uid);
        if (!(await this.act(session, folder, uids, act, mailbox))) return finished;
      }
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
    act: (typeof ACTS)[number],
    { moveTo }: MailboxConfig,
  ): Promise<boolean> {
    if (uids.length === 0) return true;
    const alarm = `mailbox.${session.mailboxKey}.after`;
    try {
      if (act === 'remove') await session.remove(folder, uids);
      else if (act === 'seen') await session.markSeen(folder, uids);
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
