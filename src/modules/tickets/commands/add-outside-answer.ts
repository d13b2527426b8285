import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import type { CustomerMessage } from '../domain/customer-message.js';
import { agentActor, SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { fromOutside, raiseLastActivity } from './add-customer-message.js';
import { ApplyAnswer } from './apply-answer.js';

/** An answer that an agent gave outside the system (D24). */
@Injectable()
export class AddOutsideAnswer {
  constructor(
    private readonly clock: Clock,
    private readonly records: TicketRecords,
    private readonly answers: ApplyAnswer,
  ) {}

  /** Recorded as `reply` ("enviado fora do sistema") where the requester is a recipient, else as note. */
  async run(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage },
  ): Promise<{ messageId: string; kind: 'reply' | 'note' }> {
    const { message } = input;
    const ticket = await this.records.tickets.lock(tx, input.ticketId);
    if (ticket === null) throw new AppError('not_found');
    const requester = await this.records.participants.requesterAddresses(tx, ticket.id);
    const kind = [...message.to, ...message.cc].some((one) =>
      requester.includes(sameAddress(one.address)),
    )
      ? 'reply'
      : 'note';
    const author = message.from.address;
    const agentId =
      author === null
        ? null
        : await this.records.participants.agentByEmail(tx, sameAddress(author));
    const messageId = await this.records.messages.insert(tx, {
      ...fromOutside(ticket.id, message, kind, 'agent'),
      authorAgentId: agentId,
      viaOutside: true,
      thenStatus: kind === 'reply' ? 'awaiting_customer' : null,
    });
    const actor = agentId === null ? SYSTEM : agentActor(agentId);
    raiseLastActivity(ticket, message.receivedAt);
    await this.records.history.append(tx, ticket.id, this.clock.now(), actor, [
      { action: kind === 'reply' ? 'answered_outside' : 'noted_outside', after: { messageId } },
    ]);
    if (kind === 'reply' && ticket.status !== 'resolved') {
      await this.answers.run(tx, ticket, {
        messageId,
        thenStatus: 'awaiting_customer',
        acceptedAt: message.receivedAt,
        actor,
      });
    } else {
      await this.records.tickets.save(tx, ticket);
    }
    return { messageId, kind };
  }
}
