import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/index.js';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { ContactReasonsModule } from '../contact-reasons/index.js';
import { FilesModule } from '../files/index.js';
import { MailboxesModule } from '../mailboxes/index.js';
import { OutboundMailModule } from '../outbound-mail/index.js';
import { QueuesModule } from '../queues/index.js';
import { RequestersModule } from '../requesters/index.js';
import { SlaModule } from '../sla/index.js';
import { TemplatesModule } from '../templates/index.js';
import { AcknowledgementSummaries } from './acknowledgement-summaries.js';
import { AssignmentRecords, AutomaticAssignment } from './automatic-assignment.js';
import { COMMANDS } from './commands/index.js';
import { CustomerReminders, WaitingTickets } from './customer-reminders.js';
import { MessagesController, WritingController } from './http/conversation.controller.js';
import { ExportedTickets, ExportStores } from './exported-tickets.js';
import { FilesController } from './http/files.controller.js';
import { RequestersController } from './http/requesters.controller.js';
import { TicketPresenter } from './http/ticket-presenter.js';
import { TicketReader } from './http/ticket-reader.js';
import { ForgottenUploads } from './forgotten-uploads.js';
import { DeadlinesController, TicketVerbsController } from './http/ticket-verbs.controller.js';
import { TicketsController } from './http/tickets.controller.js';
import { ENTITIES, STORES } from './store/index.js';
import { OnBrokeGlass } from './subscribers/on-broke-glass.js';
import { OnFileInfected } from './subscribers/on-file-infected.js';
import { OnOutboundFailed } from './subscribers/on-outbound-failed.js';
import { OnOutboundHeld } from './subscribers/on-outbound-held.js';
import { OnOutboundSent } from './subscribers/on-outbound-sent.js';
import { OnSlaNews } from './subscribers/on-sla-news.js';
import { Tickets } from './tickets.facade.js';

@Module({
  imports: [
    TypeOrmModule.forFeature(ENTITIES),
    AgentsModule,
    BusinessCalendarModule,
    ContactReasonsModule,
    FilesModule,
    MailboxesModule,
    OutboundMailModule,
    QueuesModule,
    RequestersModule,
    SlaModule,
    TemplatesModule,
  ],
  controllers: [
    TicketsController,
    RequestersController,
    MessagesController,
    WritingController,
    TicketVerbsController,
    DeadlinesController,
    FilesController,
  ],
  providers: [
    ...STORES,
    ...COMMANDS,
    TicketPresenter,
    TicketReader,
    ExportStores,
    ExportedTickets,
    AcknowledgementSummaries,
    AssignmentRecords,
    AutomaticAssignment,
    CustomerReminders,
    WaitingTickets,
    ForgottenUploads,
    OnFileInfected,
    OnOutboundHeld,
    OnOutboundSent,
    OnOutboundFailed,
    OnSlaNews,
    OnBrokeGlass,
    Tickets,
  ],
  exports: [Tickets, ExportedTickets],
})
export class TicketsModule {}
