import { Injectable, type OnModuleInit } from '@nestjs/common';
import { outboundSent } from '../../outbound-mail/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { ApplyAnswer } from '../commands/apply-answer.js';
import { CustomerWaits } from '../commands/customer-waits.js';
import { whoIsAnswered } from '../domain/answers-requester.js';
import { FAILED_MARK, withoutFailedMark } from '../domain/failed-delivery.js';
import { CLOSE_REASONS, type CloseReason } from '../domain/ticket-status.js';
import { agentActor, SYSTEM } from '../store/history.store.js';
import type { MessageRow } from '../store/message.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { TicketRow } from '../store/ticket.store.js';

type Sent = NonNullable<(typeof outboundSent)['payloadType']>;

/** SMTP accepted a mail about a ticket: a reply takes effect now (D9, D19), everything else is only recorded. */
@Injectable()
export class OnOutboundSent implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
    private readonly answers: ApplyAnswer,
    private readonly waits: CustomerWaits,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(outboundSent, 'tickets', (tx, sent) => this.handle(tx, sent));
  }

  /** Safe to run twice: an answer that counts already is left alone. */
  async handle(tx: Tx, sent: Sent): Promise<void> {
    if (sent.ticketMessageId === null) return;
    const ticket = await this.records.tickets.lock(tx, sent.ticketId);
    const message =
      ticket === null
        ? null
        : await this.records.messages.onTicket(tx, ticket.id, sent.ticketMessageId);
    if (ticket === null || message === null) return;
    await this.arrivedAfterAll(tx, ticket, sent);
    const acceptedAt = new Date(sent.acceptedAt);
    const actor = message.authorAgentId === null ? SYSTEM : agentActor(message.authorAgentId);
    if (message.kind !== 'reply') {
      if (sent.kind === 'reminder')
        await this.waits.reminderAccepted(tx, ticket, message.id, acceptedAt);
      await this.records.history.append(tx, ticket.id, acceptedAt, actor, [
        { action: 'mail_accepted', after: { messageId: message.id, kind: sent.kind } },
      ]);
      return;
    }
    const counts = 'answeredAt' in message.details && !('returnedAt' in message.details);
    if (counts) return;
    await this.records.messages.addDetails(tx, message.id, { acceptedAt: sent.acceptedAt });
    await this.records.history.append(tx, ticket.id, acceptedAt, actor, [
      { action: 'reply_accepted', after: { messageId: message.id } },
    ]);
    if (!(await this.isForRequester(tx, ticket, message))) return;
    // A retry after a bounce: what came back has arrived after all.
    await this.records.messages.dropDetail(tx, message.id, 'returnedAt');
    await this.answers.run(tx, ticket, {
      messageId: message.id,
      thenStatus: message.thenStatus ?? 'awaiting_customer',
      closeReason: closeReasonIn(message),
      acceptedAt,
      actor,
    });
  }

  /** What had failed has arrived: nothing is left to be looked at, unless another mail is missing. */
  private async arrivedAfterAll(tx: Tx, ticket: TicketRow, sent: Sent): Promise<void> {
    if (!ticket.marks.includes(FAILED_MARK)) return;
    if (!(await this.records.messages.onlyMissing(tx, ticket.id, sent.outboxId))) return;
    ticket.marks = withoutFailedMark(ticket.marks);
    await this.records.tickets.save(tx, ticket);
  }

  /** Only an answer for the requester, or somebody an agent let speak for them, stops the clock (D19). */
  private async isForRequester(tx: Tx, ticket: TicketRow, message: MessageRow): Promise<boolean> {
    const people = await this.records.participants.ofTicket(tx, ticket.id);
    return whoIsAnswered(ticket, people, message.to) !== null;
  }
}

function closeReasonIn({ details }: MessageRow): CloseReason | null {
  return CLOSE_REASONS.find((reason) => reason === details['closeReason']) ?? null;
}
