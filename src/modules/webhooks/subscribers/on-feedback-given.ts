import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/index.js';
import { feedbackGiven } from '../../feedback/index.js';
import { QueueDeliveries } from '../commands/queue-deliveries.js';

/** A requester scored a ticket. The score is told, the comment stays here: it is a text. */
@Injectable()
export class OnFeedbackGiven implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly deliveries: QueueDeliveries,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(
      feedbackGiven,
      'webhooks',
      (tx, { ticketId, score, at }) =>
        this.deliveries.run(tx, ticketId, at, [{ event: 'feedback.received', details: { score } }]),
      this.deliveries.isWanted,
    );
  }
}
