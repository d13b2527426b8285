import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentConfig } from '../../config/index.js';
import { Clock, Database, Wakeups } from '../../platform/index.js';
import { BusinessCalendarModule, Calendars } from '../business-calendar/index.js';
import { BlobStore, FilesModule } from '../files/index.js';
import { MailboxesModule, SmtpSender } from '../mailboxes/index.js';
import { QueuesModule } from '../queues/index.js';
import { CancelMail } from './commands/cancel-mail.js';
import { ConfirmMail } from './commands/confirm-mail.js';
import { DecideUnknown, DecisionStores } from './commands/decide-unknown.js';
import { EnqueueMail } from './commands/enqueue-mail.js';
import { GuardLoops } from './commands/guard-loops.js';
import { GuardedOutbox } from './commands/guarded-outbox.js';
import { RecordBounce } from './commands/record-bounce.js';
import { RedirectWaitingMail } from './commands/redirect-waiting-mail.js';
import { RetryMail } from './commands/retry-mail.js';
import { OutboxController } from './http/outbox.controller.js';
import { Outbound } from './outbound.facade.js';
import { AutomaticCeiling } from './sending/automatic-ceiling.js';
import { FileCopy } from './sending/file-copy.js';
import { LaneReports } from './sending/lane-reports.js';
import type { LaneTools } from './sending/mailbox-lane.js';
import { ProcessLease } from './sending/process-lease.js';
import { RecordOutcomes } from './sending/record-outcomes.js';
import { LANE_TOOLS, Sender } from './sending/sender.js';
import { SentCopies } from './sending/sent-copies.js';
import { SentFolders } from './sending/sent-folder.js';
import { SweepOrphans } from './sending/sweep-orphans.js';
import { LookingTools, UnknownMails } from './sending/unknown-mails.js';
import { AutomaticBudgetEntity } from './store/automatic-budget.entity.js';
import { AutomaticHoldEntity } from './store/automatic-hold.entity.js';
import { CorrespondentBodyEntity } from './store/correspondent-body.entity.js';
import { LoopGuardStore } from './store/loop-guard.store.js';
import { MessageIdAliasEntity } from './store/message-id-alias.entity.js';
import { OutboxActionEntity } from './store/outbox-action.entity.js';
import { OutboxAttachmentEntity } from './store/outbox-attachment.entity.js';
import { OutboxAttemptEntity } from './store/outbox-attempt.entity.js';
import { OutboxListStore } from './store/outbox-list.store.js';
import { OutboxEntity } from './store/outbox.entity.js';
import { OutboxStore } from './store/outbox.store.js';
import { SendingStore } from './store/sending.store.js';
import { SentCopyStore } from './store/sent-copy.store.js';
import { UnknownMailStore } from './store/unknown-mail.store.js';
import { WaitingMailStore } from './store/waiting-mail.store.js';

/** In this order: the names of `LaneTools`. */
const TOOL_TOKENS = [
  CurrentConfig,
  Database,
  Clock,
  Wakeups,
  SendingStore,
  RecordOutcomes,
  AutomaticCeiling,
  LaneReports,
  SmtpSender,
  BlobStore,
  Calendars,
];

const laneTools = {
  provide: LANE_TOOLS,
  inject: TOOL_TOKENS,
  useFactory: (
    config: CurrentConfig,
    database: Database,
    clock: Clock,
    wakeups: Wakeups,
    store: SendingStore,
    outcomes: RecordOutcomes,
    ceiling: AutomaticCeiling,
    reports: LaneReports,
    smtp: SmtpSender,
    blobs: BlobStore,
    calendars: Calendars,
  ): LaneTools => ({
    config,
    database,
    clock,
    wakeups,
    store,
    outcomes,
    ceiling,
    reports,
    smtp,
    blobs,
    calendars,
  }),
};

@Module({
  imports: [
    TypeOrmModule.forFeature([
      OutboxEntity,
      OutboxAttachmentEntity,
      OutboxAttemptEntity,
      OutboxActionEntity,
      MessageIdAliasEntity,
      AutomaticBudgetEntity,
      AutomaticHoldEntity,
      CorrespondentBodyEntity,
    ]),
    BusinessCalendarModule,
    FilesModule,
    MailboxesModule,
    QueuesModule,
  ],
  controllers: [OutboxController],
  providers: [
    OutboxStore,
    OutboxListStore,
    SendingStore,
    LoopGuardStore,
    WaitingMailStore,
    RedirectWaitingMail,
    GuardLoops,
    GuardedOutbox,
    EnqueueMail,
    UnknownMailStore,
    ConfirmMail,
    DecisionStores,
    DecideUnknown,
    RecordBounce,
    RetryMail,
    CancelMail,
    Outbound,
    RecordOutcomes,
    AutomaticCeiling,
    LaneReports,
    ProcessLease,
    SweepOrphans,
    laneTools,
    Sender,
    SentCopyStore,
    SentFolders,
    FileCopy,
    SentCopies,
    LookingTools,
    UnknownMails,
  ],
  exports: [Outbound, RedirectWaitingMail],
})
export class OutboundMailModule {}
