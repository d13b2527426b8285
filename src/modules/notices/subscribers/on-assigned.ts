import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, EventBus } from '../../../platform/index.js';
import { ticketNews } from '../../tickets/index.js';
import { NotifyAssignee } from '../commands/notify-assignee.js';

/** Automatic assignment gave somebody a ticket: she is told by mail where that is wanted. */
@Injectable()
export class OnAssigned implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly config: CurrentConfig,
    private readonly notify: NotifyAssignee,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(
      ticketNews,
      'notices',
      async (tx, { ticketId, items }, cause) => {
        for (const item of items) {
          if (item.kind !== 'assigned' || item.by !== 'machine') continue;
          const { assigneeId } = item;
          await this.notify.run(tx, { ticketId, assigneeId, cause, now: this.clock.now() });
        }
      },
      () => {
        const { email, assignments } = this.config.get().notifications;
        return email && assignments;
      },
    );
  }
}
