import { Injectable, type OnModuleInit } from '@nestjs/common';
import { outboundHeld } from '../../outbound-mail/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';

type Held = NonNullable<(typeof outboundHeld)['payloadType']>;

/** Shown until an agent has looked: our automatic mail to this requester waits for her word. */
export const HELD_MARK = 'automacao_retida';

/** The loop breaker holds an automatic mail about a ticket: people see it there (D21). */
@Injectable()
export class OnOutboundHeld implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(outboundHeld, 'tickets', (tx, held) => this.handle(tx, held));
  }

  async handle(tx: Tx, held: Held): Promise<void> {
    const ticket = await this.records.tickets.lock(tx, held.ticketId);
    if (ticket === null) return;
    const at = new Date(held.at);
    await this.records.messages.insert(tx, {
      ticketId: ticket.id,
      kind: 'event',
      authorKind: 'system',
      text: 'O envio automático foi retido: parece que um robô está respondendo. Confira o remetente e libere ou cancele o e-mail na fila de saída.',
      details: { what: 'held', messageId: held.ticketMessageId, outboxId: held.outboxId },
      createdAt: at,
    });
    if (!ticket.marks.includes(HELD_MARK)) {
      ticket.marks = [...ticket.marks, HELD_MARK];
      await this.records.tickets.save(tx, ticket);
    }
    await this.records.history.append(tx, ticket.id, at, SYSTEM, [
      { action: 'automatic_mail_held', after: { outboxId: held.outboxId, kind: held.kind } },
    ]);
  }
}
