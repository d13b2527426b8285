import { Injectable } from '@nestjs/common';
import { Mailboxes } from '../../mailboxes/index.js';
import { Requesters } from '../../requesters/index.js';
import { Sla } from '../../sla/index.js';
import { AppError, Clock, type Tx } from '../../../platform/index.js';
import type { CustomerMessage } from '../domain/customer-message.js';
import { participantsOf } from '../domain/participants.js';
import { requesterOfMessage } from '../domain/requester-of-message.js';
import { SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import type { DecidedForStub } from '../tickets.facade.js';
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
    private readonly sla: Sla,
  ) {}

  /**
   * Subject, requester, participants and the message itself take the place of what the stub held; lane, reason and queue
   * become what was `decided`, unless an agent decided before. The clock that runs since `receivedAt` stays as it is, but
   * for automatic mail, which has none (D17). Filling twice is filling once.
   */
  async run(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; decided?: DecidedForStub },
  ): Promise<{ messageId: string }> {
    const { message, decided } = input;
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
    const messageId = await this.write(tx, ticket.id, message);
    await this.records.participants.add(
      tx,
      ticket.id,
      participantsOf(message, who, own),
      'message',
      now,
    );
    const before = {
      subject: ticket.subject,
      lane: ticket.lane,
      queue: ticket.queueKey,
      reason: ticket.reasonKey,
    };
    ticket.subject = message.subject;
    await this.place(tx, ticket, messageId, decided, now);
    ticket.marks = [
      ...new Set([
        ...ticket.marks.filter((mark) => mark !== QUARANTINE_MARK && mark !== 'sem_remetente'),
        ...who.marks,
        ...(decided?.marks ?? []),
      ]),
    ];
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, now, SYSTEM, [
      {
        action: 'stub_filled',
        before,
        after: {
          subject: ticket.subject,
          lane: ticket.lane,
          queue: ticket.queueKey,
          reason: ticket.reasonKey,
          messageId,
        },
      },
    ]);
    return { messageId };
  }

  /** Subject, texts and further files of a received message as a later build reads them. */
  async readAnew(tx: Tx, input: { intakeId: string; message: CustomerMessage }): Promise<void> {
    const now = this.clock.now();
    const row = fromOutside('', input.message, 'inbound', 'customer');
    for (const ticketId of await this.records.messages.readAnew(tx, input.intakeId, row)) {
      await this.records.history.append(tx, ticketId, now, SYSTEM, [
        { action: 'message_read_anew', after: { intakeId: input.intakeId } },
      ]);
    }
  }

  /** In place of what the stub held, else as a message of its own. */
  private async write(tx: Tx, ticketId: string, message: CustomerMessage): Promise<string> {
    const row = fromOutside(ticketId, message, 'inbound', 'customer');
    const filled =
      message.intakeId === null
        ? null
        : await this.records.messages.refill(tx, message.intakeId, row);
    return filled ?? (await this.records.messages.insert(tx, row));
  }

  private async place(
    tx: Tx,
    ticket: TicketRow,
    messageId: string,
    decided: DecidedForStub | undefined,
    now: Date,
  ): Promise<void> {
    const stillQuarantined = ticket.lane === 'quarantined';
    if (stillQuarantined) ticket.lane = decided?.lane ?? 'inbox';
    if (decided === undefined) return;
    if (ticket.reasonKey === null && ticket.reasonDecidedBy === 'none') {
      ticket.reasonKey = decided.reason.key;
      ticket.reasonDecidedBy = decided.reason.decidedBy;
      ticket.reasonConfidence = decided.reason.confidence;
      ticket.reasonEvidence = { ...decided.reason.evidence };
      if (ticket.queueKey === decided.stubQueueKey) ticket.queueKey = decided.queueKey;
    }
    if (
      stillQuarantined &&
      !decided.fromPerson &&
      (await this.records.tickets.returnClockStartedBy(tx, ticket.id, messageId))
    ) {
      const reason = 'automatic_mail';
      takeDeadline(
        ticket,
        await this.sla.cancelReturn(tx, { ticketId: ticket.id, at: now, reason }),
      );
    }
  }
}
