import { Injectable } from '@nestjs/common';
import { Requesters } from '../../requesters/index.js';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, type Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import type { CustomerMessage } from '../domain/customer-message.js';
import { recogniseIdentification } from '../domain/identification.js';
import { nextStatus } from '../domain/ticket-status.js';
import { CUSTOMER, type HistoryEntry } from '../store/history.store.js';
import type { NewMessage } from '../store/message.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { CustomerWaits } from './customer-waits.js';
import { deadlineContext } from './deadline-context.js';

/** The row of a message that came from outside. */
export function fromOutside(
  ticketId: string,
  message: CustomerMessage,
  kind: NewMessage['kind'],
  authorKind: NewMessage['authorKind'],
): NewMessage {
  return {
    ticketId,
    kind,
    authorKind,
    authorName: message.from.name,
    authorAddress: message.from.address,
    subject: message.subject,
    text: message.text,
    html: message.html,
    visibleText: message.visibleText,
    spans: message.spans ?? null,
    to: message.to,
    cc: message.cc,
    messageIdHeader: message.messageId,
    intakeId: message.intakeId,
    createdAt: message.receivedAt,
    receivedAt: message.receivedAt,
    attachments: message.attachments,
  };
}

/** Last activity never moves back: a back-filled message may be older than what was done meanwhile. */
export function raiseLastActivity(ticket: TicketRow, at: Date): void {
  if (at > ticket.lastActivityAt) ticket.lastActivityAt = at;
}

/** A participant wrote, by mail or in the portal (D10): the ball is with us again. */
@Injectable()
export class AddCustomerMessage {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly requesters: Requesters,
    private readonly waits: CustomerWaits,
  ) {}

  /**
   * `awaiting_customer` → `open`, the clock by D13, last activity; with `reopen` also `resolved` → `open` (D9).
   * A message of an outsider joins the side conversation instead and changes neither status nor clock.
   * AppError `not_found`; `invalid_transition` on a resolved ticket without `reopen`.
   */
  async run(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; reopen: boolean },
  ): Promise<{ messageId: string }> {
    const { message } = input;
    const ticket = await this.records.tickets.lock(tx, input.ticketId);
    if (ticket === null) throw new AppError('not_found');
    const role =
      message.from.address === null
        ? null
        : await this.records.participants.roleOf(tx, ticket.id, sameAddress(message.from.address));
    if (role === 'outsider') return this.joinSideConversation(tx, ticket, message);
    const moved = nextStatus(ticket.status, input.reopen ? 'reopen_window' : 'customer_message');
    if (moved.kind === 'refused') {
      throw new AppError('invalid_transition', {
        detail: 'Um chamado resolvido não recebe comentários: abra um novo chamado.',
        detailEn: 'A resolved ticket takes no comments.',
      });
    }
    const messageId = await this.records.messages.insert(
      tx,
      fromOutside(ticket.id, message, 'inbound', 'customer'),
    );
    if (ticket.status === 'awaiting_customer') await this.waits.end(tx, ticket.id);
    const history = this.open(ticket, messageId);
    await this.startClock(tx, ticket, messageId, message.receivedAt);
    raiseLastActivity(ticket, message.receivedAt);
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, this.clock.now(), CUSTOMER, history);
    await this.learn(tx, ticket, messageId, message);
    return { messageId };
  }

  private open(ticket: TicketRow, messageId: string): HistoryEntry[] {
    const history: HistoryEntry[] = [{ action: 'message_received', after: { messageId } }];
    if (ticket.status !== 'open') {
      history.push({
        action: 'status_changed',
        before: { status: ticket.status, closeReason: ticket.closeReason },
        after: { status: 'open', why: 'customer_message' },
      });
      ticket.status = 'open';
      ticket.closeReason = null;
      ticket.resolvedAt = null;
    }
    // A person answered on a ticket that began as automatic mail: from now on it is a person's (D17).
    if (ticket.lane === 'automatic') {
      history.push({
        action: 'lane_changed',
        before: { lane: 'automatic' },
        after: { lane: 'inbox' },
      });
      ticket.lane = 'inbox';
    }
    return history;
  }

  private async startClock(
    tx: Tx,
    ticket: TicketRow,
    messageId: string,
    startedAt: Date,
  ): Promise<void> {
    const state = await this.records.messages.answerState(tx, ticket.id);
    takeDeadline(
      ticket,
      await this.sla.customerMessage(tx, {
        ticketId: ticket.id,
        messageId,
        startedAt,
        first: !state.everAnswered,
        ...deadlineContext(this.config.get(), ticket),
      }),
    );
  }

  /** D7: recognised in any later message; changes neither status nor clock by itself. */
  private async learn(
    tx: Tx,
    ticket: TicketRow,
    messageId: string,
    message: CustomerMessage,
  ): Promise<void> {
    const fromRequester =
      message.from.address !== null &&
      [ticket.requesterAddress, ticket.replyToAddress].includes(sameAddress(message.from.address));
    if (ticket.requesterId === null || !fromRequester || ticket.lane === 'suspected') return;
    const found = recogniseIdentification(
      message.visibleText,
      this.config.get().company.supportIdPattern,
    );
    if (found.supportId === undefined && found.accessEmail === undefined) return;
    await this.requesters.learnIdentification(tx, ticket.requesterId, {
      ...found,
      source: `message:${messageId}`,
    });
  }

  /** The answer of somebody an agent wrote to aside (`/forwards`): no clock, no status; agents see it by a mark. */
  private async joinSideConversation(
    tx: Tx,
    ticket: TicketRow,
    message: CustomerMessage,
  ): Promise<{ messageId: string }> {
    const side = await this.records.messages.sideConversationOf(
      tx,
      ticket.id,
      message.references,
      sameAddress(message.from.address ?? ''),
    );
    const messageId = await this.records.messages.insert(tx, {
      ...fromOutside(ticket.id, message, 'third_party', 'third_party'),
      waiting: 'accepted',
      details: side === null ? {} : { sideConversation: side },
    });
    if (!ticket.marks.includes(SIDE_ANSWER_MARK))
      ticket.marks = [...ticket.marks, SIDE_ANSWER_MARK];
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(
      tx,
      ticket.id,
      this.clock.now(),
      { kind: 'system', id: null },
      [{ action: 'side_conversation_answered', after: { messageId, sideConversation: side } }],
    );
    return { messageId };
  }
}

/** Shown until an agent replies, notes or forwards: somebody outside has answered. */
export const SIDE_ANSWER_MARK = 'resposta_de_terceiro';
