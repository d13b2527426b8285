import { Module } from '@nestjs/common';
import { QueuesModule } from '../queues/index.js';
import { InboxController } from './http/inbox.controller.js';
import { TicketListStore } from './store/ticket-list.store.js';

@Module({
  imports: [QueuesModule],
  controllers: [InboxController],
  providers: [TicketListStore],
})
export class InboxModule {}
