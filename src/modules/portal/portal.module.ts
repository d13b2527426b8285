import { Module } from '@nestjs/common';
import { ErrorPages } from '../../platform/http/index.js';
import { BusinessCalendarModule } from '../business-calendar/index.js';
import { FilesModule } from '../files/index.js';
import { MailboxesModule } from '../mailboxes/index.js';
import { OutboundMailModule } from '../outbound-mail/index.js';
import { SlaModule } from '../sla/index.js';
import { TemplatesModule } from '../templates/index.js';
import { TicketsModule } from '../tickets/index.js';
import { Comment } from './commands/comment.js';
import { OpenFormTicket } from './commands/open-form-ticket.js';
import { SendPortalLink } from './commands/send-portal-link.js';
import { CustomerMail } from './customer-mail.js';
import { PortalForm } from './form.js';
import { FormPagesController } from './http/form-pages.controller.js';
import { HomePageController } from './http/home-page.controller.js';
import { PortalErrorPages } from './http/pages/error-page.js';
import { PortalPages } from './http/pages/portal-pages.js';
import { PortalController, PortalTicketsController } from './http/portal.controller.js';
import { TicketPagesController } from './http/ticket-pages.controller.js';
import { Visitors } from './http/visitor.js';
import { PortalStore } from './store/portal.store.js';

/** Customers' side: the form, Meus chamados, and their pages. */
@Module({
  imports: [
    BusinessCalendarModule,
    FilesModule,
    MailboxesModule,
    OutboundMailModule,
    SlaModule,
    TemplatesModule,
    TicketsModule,
  ],
  controllers: [
    PortalController,
    PortalTicketsController,
    HomePageController,
    FormPagesController,
    TicketPagesController,
  ],
  providers: [
    Comment,
    CustomerMail,
    OpenFormTicket,
    PortalForm,
    PortalPages,
    PortalStore,
    SendPortalLink,
    Visitors,
    { provide: ErrorPages, useClass: PortalErrorPages },
  ],
  exports: [ErrorPages],
})
export class PortalModule {}
