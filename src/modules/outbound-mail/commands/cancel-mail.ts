import { Injectable } from '@nestjs/common';
import { AppError, Clock, Database, EventBus } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { OutboxStore } from '../store/outbox.store.js';
import { lockVisible, recordAction, type MailActor } from './retry-mail.js';

/**
 * Takes a mail back that has not begun to leave (`queued`, `held`), or ends the doubt about one of
 * unknown fate: it is not sent again and does not count as given. Recorded, and told to the ticket.
 * AppError `not_found`, `stale_version`/`precondition_failed`, `invalid_transition`.
 */
@Injectable()
export class CancelMail {
  constructor(
    private readonly database: Database,
    private readonly store: OutboxStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  async run(id: string, actor: MailActor, expected: ExpectedVersion): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const mail = await lockVisible(this.store, tx, id, actor);
      checkVersion(mail.version, expected);
      if (!['queued', 'held', 'unknown'].includes(mail.state)) {
        throw new AppError('invalid_transition', {
          detail: 'Só é possível cancelar um e-mail que ainda não começou a ser enviado.',
          detailEn: 'Only a mail that has not begun to leave can be cancelled',
        });
      }
      await this.store.cancel(tx, id);
      const details = { stateBefore: mail.state };
      const now = this.clock.now();
      await recordAction(this.store, this.bus, tx, mail, actor, {
        action: 'cancelled',
        details,
        now,
      });
    });
  }
}
