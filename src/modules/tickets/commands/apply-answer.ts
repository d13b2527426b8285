import { Injectable } from '@nestjs/common';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { withoutFailedMark } from '../domain/failed-delivery.js';
import {
  nextStatus,
  triggerOfThen,
  type CloseReason,
  type TicketStatus,
} from '../domain/ticket-status.js';
import type { HistoryActor, HistoryEntry } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { raiseLastActivity } from './add-customer-message.js';
import { deadlineContext } from './deadline-context.js';
import { CustomerWaits } from './customer-waits.js';
import { MoveStatus } from './move-status.js';

/** A human answer for the requester has been accepted by SMTP, or was given by another channel (D9, D19). */
@Injectable()
export class ApplyAnswer {
  constructor(
    private readonly config: CurrentConfig,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly statuses: MoveStatus,
    private readonly waits: CustomerWaits,
  ) {}

  /**
   * Ends the return clock, takes the status that the reply named and writes the (locked) ticket. Where the customer
   * has written since the agent's answer the ticket stays open, because that message has no answer yet (D19).
   */
  async run(
    tx: Tx,
    ticket: TicketRow,
    answer: {
      messageId: string;
      thenStatus: TicketStatus;
      /** For an answer that resolves as something else than done, such as out_of_scope (D5). */
      closeReason?: CloseReason | null;
      acceptedAt: Date;
      actor: HistoryActor;
    },
  ): Promise<void> {
    const { messageId, acceptedAt } = answer;
    await this.records.messages.addDetails(tx, messageId, { answeredAt: acceptedAt.toISOString() });
    const { oldestUnanswered } = await this.records.messages.answerState(tx, ticket.id);
    const then: TicketStatus = oldestUnanswered === null ? answer.thenStatus : 'open';
    const moved = nextStatus(ticket.status, triggerOfThen(then));
    const to = moved.kind === 'moved' ? moved.to : ticket.status;
    takeDeadline(
      ticket,
      await this.sla.answered(tx, {
        ticketId: ticket.id,
        messageId,
        acceptedAt,
        oldestUncovered: oldestUnanswered,
        awaitsCustomer: to === 'awaiting_customer',
        thenOpen: then === 'open' && oldestUnanswered === null && ticket.status !== 'resolved',
        ...deadlineContext(this.config.get(), ticket),
      }),
    );
    const history: HistoryEntry[] = [];
    if (to === 'resolved' && ticket.status !== 'resolved') {
      history.push(
        await this.statuses.resolve(tx, ticket, {
          closeReason: answer.closeReason ?? null,
          at: acceptedAt,
        }),
      );
    } else if (to !== ticket.status) {
      await this.statuses.stopWaiting(tx, ticket);
      history.push({
        action: 'status_changed',
        before: { status: ticket.status },
        after: { status: to, why: 'reply_accepted', messageId },
      });
      ticket.status = to;
    }
    if (to === 'awaiting_customer') await this.waits.begin(tx, ticket, acceptedAt, messageId);
    raiseLastActivity(ticket, acceptedAt);
    ticket.marks = withoutFailedMark(ticket.marks);
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, acceptedAt, answer.actor, history);
  }
}
