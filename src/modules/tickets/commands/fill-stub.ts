import { Injectable } from '@nestjs/common';
import { Mailboxes } from '../../mailboxes/index.js';
import { Requesters } from '../../requesters/index.js';
import { AppError, Clock, type Tx } from '../../../platform/index.js';
import type { CustomerMessage } from '../domain/customer-message.js';
import { participantsOf } from '../domain/participants.js';
import { requesterOfMessage } from '../domain/requester-of-message.js';
import { SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { fromOutside } from './add-customer-message.js';

/** The mark of a ticket whose message could not be read (D22). */
export const QUARANTINE_MARK = 'quarentena';

/** D22: a later replay fills the stub ticket of a message that could not be processed; the same protocol stays. */
@Injectable()
export class FillStub {
  constructor(
    private readonly clock: Clock,
    private readonly records: TicketRecords,
    private readonly requesters: Requesters,
    private readonly mailboxes: Mailboxes,
  ) {}

  /**
   * Subject, requester, participants and the message itself take the place of what the stub held; the lane becomes
   * `inbox`; the clock that runs since `receivedAt` stays as it is. Filling twice is filling once.
   */
  async run(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage },
  ): Promise<{ messageId: string }> {
    const { message } = input;
    const now = this.clock.now();
    const ticket = await this.records.tickets.lock(tx, input.ticketId);
    if (ticket === null) throw new AppError('not_found');
    const own = this.mailboxes.ownAddresses();
    const who = requesterOfMessage(message.from, message.replyTo, own);
    if (who.requester !== null && ticket.requesterId === null) {
      const requester = await this.requesters.findOrCreate(tx, { ...who.requester, now });
      ticket.requesterId = requester.id;
      ticket.requesterAddress = who.requester.address;
      ticket.replyToAddress = who.replyTo;
    }
    const filled =
      message.intakeId === null
        ? null
        : await this.records.messages.refill(
            tx,
            message.intakeId,
            fromOutside(ticket.id, message, 'inbound', 'customer'),
          );
    const messageId =
      filled ??
      (await this.records.messages.insert(
        tx,
        fromOutside(ticket.id, message, 'inbound', 'customer'),
      ));
    await this.records.participants.add(
      tx,
      ticket.id,
      participantsOf(message, who, own),
      'message',
      now,
    );
    const before = { subject: ticket.subject, lane: ticket.lane };
    ticket.subject = message.subject;
    if (ticket.lane === 'quarantined') ticket.lane = 'inbox';
    ticket.marks = [
      ...new Set([
        ...ticket.marks.filter((mark) => mark !== QUARANTINE_MARK && mark !== 'sem_remetente'),
        ...who.marks,
      ]),
    ];
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, now, SYSTEM, [
      {
        action: 'stub_filled',
        before,
        after: { subject: ticket.subject, lane: ticket.lane, messageId },
      },
    ]);
    return { messageId };
  }
}
