import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from './modules/agents/index.js';
import { BusinessCalendarModule } from './modules/business-calendar/index.js';
import { ContactReasonsModule } from './modules/contact-reasons/index.js';
import { FeedbackModule } from './modules/feedback/index.js';
import { FilesModule } from './modules/files/index.js';
import { MailboxIntakeModule } from './modules/mailbox-intake/index.js';
import { MailboxesModule } from './modules/mailboxes/index.js';
import { NoticesModule } from './modules/notices/index.js';
import { OutboundMailModule } from './modules/outbound-mail/index.js';
import { PortalModule } from './modules/portal/index.js';
import { QueuesModule } from './modules/queues/index.js';
import { ReportingModule } from './modules/reporting/index.js';
import { RequestersModule } from './modules/requesters/index.js';
import { SlaModule } from './modules/sla/index.js';
import { TicketsModule } from './modules/tickets/index.js';
import { InboxModule } from './modules/inbox/index.js';
import { TemplatesModule } from './modules/templates/index.js';
import { WebhooksModule } from './modules/webhooks/index.js';
import { OperationsModule } from './operations/index.js';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';

export interface AppOptions extends PlatformOptions {
  /** Provides `CurrentConfig` to everybody; another one in tests. */
  readonly configuration: DynamicModule;
}

/** The whole helpdesk: every process wires all of it; the role decides what runs. */
@Module({})
export class AppModule {
  static forRoot({ configuration, ...platform }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(platform),
        configuration,
        // Level 1
        BusinessCalendarModule,
        ContactReasonsModule,
        TemplatesModule,
        AgentsModule,
        QueuesModule,
        RequestersModule,
        FilesModule,
        MailboxesModule,
        // Level 2
        SlaModule,
        OutboundMailModule,
        // Level 3
        TicketsModule,
        // Level 4
        MailboxIntakeModule,
        InboxModule,
        FeedbackModule,
        PortalModule,
        NoticesModule,
        // Level 5
        ReportingModule,
        WebhooksModule,
        OperationsModule,
      ],
    };
  }
}
