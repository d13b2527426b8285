import { Injectable, type OnModuleInit } from '@nestjs/common';
import { outboundChanged, outboundFailed } from '../../outbound-mail/index.js';
import { Sla } from '../../sla/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { CustomerWaits } from '../commands/customer-waits.js';
import { FAILED_MARK } from '../domain/failed-delivery.js';
import { nextStatus } from '../domain/ticket-status.js';
import { SYSTEM, type HistoryActor, type HistoryEntry } from '../store/history.store.js';
import type { MessageRow } from '../store/message.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';

type Failed = NonNullable<(typeof outboundFailed)['payloadType']>;
type Changed = NonNullable<(typeof outboundChanged)['payloadType']>;

const WORDS: Readonly<Record<Failed['state'], string>> = {
  failed: 'A mensagem não pôde ser entregue.',
  returned: 'A mensagem voltou.',
  partly_failed: 'A mensagem não chegou a todos os destinatários.',
  unknown: 'Não se sabe se a mensagem chegou: confira antes de enviar de novo.',
};

/** Mail about a ticket did not arrive: people see it there, and an answer that came back counts no more (D19). */
@Injectable()
export class OnOutboundFailed implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly waits: CustomerWaits,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(outboundFailed, 'tickets', (tx, failed) => this.handle(tx, failed));
    this.bus.subscribe(outboundChanged, 'tickets', (tx, changed) => this.note(tx, changed));
  }

  async handle(tx: Tx, failed: Failed): Promise<void> {
    const ticket = await this.records.tickets.lock(tx, failed.ticketId);
    if (ticket === null) return;
    const at = new Date(failed.at);
    const message =
      failed.ticketMessageId === null
        ? null
        : await this.records.messages.onTicket(tx, ticket.id, failed.ticketMessageId);
    await this.records.messages.insert(tx, {
      ticketId: ticket.id,
      kind: 'event',
      authorKind: 'system',
      text: `${WORDS[failed.state]} ${failed.reason}`.trim(),
      details: { what: 'delivery', state: failed.state, messageId: failed.ticketMessageId },
      createdAt: at,
    });
    const history: HistoryEntry[] = [
      {
        action: 'delivery_failed',
        after: {
          outboxId: failed.outboxId,
          state: failed.state,
          messageId: failed.ticketMessageId,
        },
      },
    ];
    if (!ticket.marks.includes(FAILED_MARK)) ticket.marks = [...ticket.marks, FAILED_MARK];
    const lost = failed.state === 'failed' || failed.state === 'returned';
    if (lost && message?.kind === 'reply') {
      history.push(...(await this.revoke(tx, ticket, message, at)));
    }
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, at, SYSTEM, history);
  }

  /**
   * A hard bounce within 5 × 24 h revokes the answer, restores the clock's due date and reopens the ticket (D19), unless
   * a later answer covers the same messages. Later bounces are shown and change nothing.
   */
  private async revoke(
    tx: Tx,
    ticket: TicketRow,
    message: MessageRow,
    at: Date,
  ): Promise<HistoryEntry[]> {
    const answeredAt = message.details['answeredAt'];
    const counted = typeof answeredAt === 'string' && !('returnedAt' in message.details);
    if (counted && at.getTime() - Date.parse(answeredAt) > REVOCABLE_MS) return [];
    await this.records.messages.addDetails(tx, message.id, { returnedAt: at.toISOString() });
    if (!counted) return [];
    if (ticket.status === 'awaiting_customer') await this.waits.end(tx, ticket.id);
    takeDeadline(
      ticket,
      await this.sla.answerReturned(tx, { ticketId: ticket.id, messageId: message.id, at }),
    );
    const { oldestUnanswered, everAnswered } = await this.records.messages.answerState(
      tx,
      ticket.id,
    );
    const wasFirstWord = message.details['proactive'] === true && !everAnswered;
    const moved = nextStatus(ticket.status, 'answer_returned');
    if (
      (oldestUnanswered === null && !wasFirstWord) ||
      moved.kind === 'refused' ||
      moved.to === ticket.status
    ) {
      return [];
    }
    const before = { status: ticket.status, closeReason: ticket.closeReason };
    ticket.status = moved.to;
    ticket.closeReason = null;
    ticket.resolvedAt = null;
    return [
      { action: 'status_changed', before, after: { status: moved.to, why: 'answer_returned' } },
    ];
  }

  /** A person sent the mail again, corrected its recipient or cancelled it. */
  private async note(tx: Tx, changed: Changed): Promise<void> {
    const actor: HistoryActor = { kind: changed.actorKind, id: changed.actorId };
    await this.records.history.append(tx, changed.ticketId, new Date(changed.at), actor, [
      {
        action: `mail_${changed.action}`,
        after: {
          outboxId: changed.outboxId,
          messageId: changed.ticketMessageId,
          ...changed.details,
        },
      },
    ]);
  }
}

/** 5 × 24 h (D19). */
const REVOCABLE_MS = 5 * 24 * 60 * 60 * 1000;
