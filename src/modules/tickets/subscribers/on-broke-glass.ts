import { Injectable, type OnModuleInit } from '@nestjs/common';
import { brokeGlass } from '../../queues/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { agentActor } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';

type BrokeGlass = NonNullable<(typeof brokeGlass)['payloadType']>;

/** An admin looked into a ticket (D20): its people see who and why. */
@Injectable()
export class OnBrokeGlass implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(brokeGlass, 'tickets', (tx, news) => this.handle(tx, news));
  }

  async handle(tx: Tx, news: BrokeGlass): Promise<void> {
    const at = new Date(news.at);
    await this.records.messages.insert(tx, {
      ticketId: news.ticketId,
      kind: 'event',
      authorKind: 'system',
      text: `${news.agentName} (administração) abriu este chamado: ${news.reason}`,
      details: { what: 'broke_glass', agentId: news.agentId },
      createdAt: at,
    });
    await this.records.history.append(tx, news.ticketId, at, agentActor(news.agentId), [
      { action: 'broke_glass', after: { reason: news.reason, expiresAt: news.expiresAt } },
    ]);
  }
}
