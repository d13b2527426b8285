import { Injectable } from '@nestjs/common';
import { AppError, createLogger, Database, messageOf } from '../../../platform/index.js';
import { intakeBuildId } from '../build-id.js';
import { ReplayStore } from '../store/replay.store.js';
import { ReplayMail } from './replay-mail.js';
import { isTemporary } from './temporary-fault.js';

const log = createLogger('mailbox-intake');

/** D22: what another build could not read is tried again by this one, once, without anybody asking. */
@Injectable()
export class RetryQuarantined {
  constructor(
    private readonly database: Database,
    private readonly store: ReplayStore,
    private readonly replay: ReplayMail,
  ) {}

  /** One message after the other, until none is left or `signal` aborts; returns how many tickets were filled. */
  async run(mailboxKey: string, signal?: AbortSignal, build = intakeBuildId()): Promise<number> {
    let filled = 0;
    while (signal?.aborted !== true) {
      const intakeId = await this.database.inTransaction((tx) =>
        this.store.nextToRetry(tx, mailboxKey, build),
      );
      if (intakeId === null) return filled;
      if (await this.attempt(mailboxKey, intakeId)) filled += 1;
    }
    return filled;
  }

  private async attempt(mailboxKey: string, intakeId: string): Promise<boolean> {
    try {
      const { disposition, ticketId } = await this.replay.run(intakeId, { dryRun: false });
      log.info(
        { intakeId, mailbox: mailboxKey, disposition, ticketId },
        'a quarantined message could be read by this build',
      );
      return true;
    } catch (error) {
      if (isTemporary(error)) {
        await this.database.inTransaction((tx) => this.store.notTried(tx, intakeId));
        throw error;
      }
      const still = error instanceof AppError ? 'still unreadable' : messageOf(error);
      log.warn({ intakeId, mailbox: mailboxKey, why: still }, 'the message stays quarantined');
      return false;
    }
  }
}
