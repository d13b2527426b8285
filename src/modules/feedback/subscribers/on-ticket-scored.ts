import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/index.js';
import { ticketScored } from '../../tickets/index.js';
import { Feedback } from '../feedback.facade.js';

/** A score that came by mail is feedback like one from the page (D12); twice is once. */
@Injectable()
export class OnTicketScored implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly feedback: Feedback,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(ticketScored, 'feedback', (tx, { ticketId, score }) =>
      this.feedback.record(tx, ticketId, { score, comment: '' }),
    );
  }
}
