import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/index.js';
import { ticketNews } from '../../tickets/index.js';
import { QueueDeliveries } from '../commands/queue-deliveries.js';
import { webhookNewsOf } from '../domain/payload.js';

/** Something happened to a ticket: the webhooks that want to hear of it get their deliveries. */
@Injectable()
export class OnTicketNews implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly deliveries: QueueDeliveries,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(
      ticketNews,
      'webhooks',
      (tx, { ticketId, at, items }) =>
        this.deliveries.run(tx, ticketId, at, items.flatMap(webhookNewsOf)),
      this.deliveries.isWanted,
    );
  }
}
