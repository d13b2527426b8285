import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { AppError, type Tx } from '../../../platform/index.js';
import { AttachmentStore, type PickedAttachment } from '../store/attachment.store.js';
import { TicketAccess } from '../store/ticket-access.js';
import { TicketRecords } from '../store/ticket-records.js';
import { TicketMail } from './ticket-mail.js';

/** What every command needs in which an agent writes something on a ticket. */
@Injectable()
export class WritingDesk {
  constructor(
    readonly access: TicketAccess,
    readonly records: TicketRecords,
    readonly mail: TicketMail,
    private readonly attachments: AttachmentStore,
  ) {}

  /** The files to go with it; AppError `validation_failed` naming the first id that this agent may not use here. */
  async pick(
    tx: Tx,
    ticketId: string,
    scope: AccessScope,
    ids: readonly string[],
  ): Promise<PickedAttachment[]> {
    const picked = await this.attachments.pick(tx, ticketId, scope.actor.agentId, ids);
    const missing = ids.findIndex((id) => !picked.some((one) => one.id === id));
    if (missing >= 0) {
      throw new AppError('validation_failed', {
        fields: [
          {
            path: `attachmentIds[${missing}]`,
            reason: 'is no upload of yours and not on this ticket',
          },
        ],
      });
    }
    return picked;
  }

  attach(tx: Tx, messageId: string, picked: readonly PickedAttachment[], now: Date): Promise<void> {
    return this.attachments.attach(tx, messageId, picked, now);
  }
}
