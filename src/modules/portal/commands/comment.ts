import { Injectable } from '@nestjs/common';
import { AppError, Database } from '../../../platform/index.js';
import { BlobStore } from '../../files/index.js';
import { Tickets, type PortalVisit } from '../../tickets/index.js';
import { PortalForm } from '../form.js';
import { PortalStore } from '../store/portal.store.js';
import { customerMessage, type UploadedFile } from './customer-message.js';

/**
 * D8, D10: a comment in the portal is the same as an answer by mail, but only while the ticket is not resolved: then
 * `invalid_transition`, and a new request is what helps. Another person's ticket is `not_found`.
 */
@Injectable()
export class Comment {
  constructor(
    private readonly form: PortalForm,
    private readonly tickets: Tickets,
    private readonly blobs: BlobStore,
    private readonly store: PortalStore,
    private readonly database: Database,
  ) {}

  async run(input: {
    readonly visit: PortalVisit;
    readonly protocol: string;
    readonly text: string;
    readonly files: readonly UploadedFile[];
    readonly receivedAt: Date;
  }): Promise<{ messageId: string }> {
    const ticket = await this.store.ticketOf(input.visit, input.protocol);
    if (ticket === null) throw new AppError('not_found');
    return this.database.inTransaction(async (tx) => {
      const state = await this.tickets.forJoining(tx, input.protocol);
      if (state === null) throw new AppError('not_found');
      if (state.status === 'resolved') throw resolved();
      await this.blobs.record(
        tx,
        input.files.map((file) => file.blob),
      );
      return this.tickets.addCustomerMessage(tx, {
        ticketId: input.protocol,
        message: customerMessage({
          from: { address: input.visit.address, name: ticket.requester },
          to: this.form.mailboxFor(state.queueKey).address,
          subject: ticket.subject,
          text: input.text,
          files: input.files,
          receivedAt: input.receivedAt,
        }),
        reopen: false,
      });
    });
  }
}

function resolved(): AppError {
  return new AppError('invalid_transition', {
    detail: 'Este chamado já foi resolvido e não recebe mais comentários. Abra um novo chamado.',
    detailEn: 'This ticket is resolved and takes no more comments (D8). Open a new one.',
  });
}
