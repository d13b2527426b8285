import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Leases } from '../../platform/index.js';
import { ContactReasonsModule } from '../contact-reasons/index.js';
import { FilesModule } from '../files/index.js';
import { MailboxesModule } from '../mailboxes/index.js';
import { OutboundMailModule } from '../outbound-mail/index.js';
import { QueuesModule } from '../queues/index.js';
import { TicketsModule } from '../tickets/index.js';
import { NameServer } from './authentication/name-server.js';
import { VerifySender } from './authentication/verify-sender.js';
import { Canaries } from './background/canaries.js';
import { MailboxProcessor } from './background/mailbox-processor.js';
import { MailboxShares } from './background/mailbox-shares.js';
import { MailboxWatcher } from './background/mailbox-watcher.js';
import { Reconciliations } from './background/reconciliations.js';
import { RunnerToolbox } from './background/runner-toolbox.js';
import { WantedMailboxes } from './background/wanted-mailboxes.js';
import { AddToBulkList } from './commands/add-to-bulk-list.js';
import { ActOnDecision } from './commands/act-on-decision.js';
import { FetchAgain } from './commands/fetch-again.js';
import { FinishOnServer } from './commands/finish-on-server.js';
import { ContextStores, GatherContext } from './commands/gather-context.js';
import { IntakeStores, ProcessBatch } from './commands/process-batch.js';
import { QuarantineMail } from './commands/quarantine-mail.js';
import { ReadMail } from './commands/read-mail.js';
import { OperatorTools, ReconcileByOperator } from './commands/reconcile-by-operator.js';
import { ReconcileFolder } from './commands/reconcile-folder.js';
import { ReconcileMailbox } from './commands/reconcile-mailbox.js';
import { ReconciliationNews } from './commands/reconciliation-news.js';
import { RecordMail } from './commands/record-mail.js';
import { ReplayMail, ReplayTools } from './commands/replay-mail.js';
import { RetryQuarantined } from './commands/retry-quarantined.js';
import { SendCanary } from './commands/send-canary.js';
import { SyncFolder } from './commands/sync-folder.js';
import { WatchCanaries } from './commands/watch-canaries.js';
import { IntakeController } from './http/intake.controller.js';
import { MessageParser } from './parser/message-parser.js';
import { WorkerParser } from './parser/worker-parser.js';
import { InlineParser } from './parser/inline-parser.js';
import { BulkListEntity } from './store/bulk-list.entity.js';
import { BulkListStore } from './store/bulk-list.store.js';
import { CanaryEntity } from './store/canary.entity.js';
import { CanaryStore } from './store/canary.store.js';
import { IntakeEntity } from './store/intake.entity.js';
import { IntakeListStore } from './store/intake-list.store.js';
import { IntakeWorkStore } from './store/intake-work.store.js';
import { KnownMailStore } from './store/known-mail.store.js';
import { RecordedMailStore } from './store/recorded-mail.store.js';
import { ReconciliationEntity } from './store/reconciliation.entity.js';
import { ReconciliationStore } from './store/reconciliation.store.js';
import { ReplayStore } from './store/replay.store.js';
import { ThreadStore } from './store/thread.store.js';

/** Compiled, the parser has a thread of its own; under the test runner's own compiler it runs in place. */
const compiled = import.meta.url.endsWith('.js');

@Module({
  imports: [
    TypeOrmModule.forFeature([IntakeEntity, BulkListEntity, CanaryEntity, ReconciliationEntity]),
    ContactReasonsModule,
    FilesModule,
    MailboxesModule,
    OutboundMailModule,
    QueuesModule,
    TicketsModule,
  ],
  controllers: [IntakeController],
  providers: [
    {
      provide: MessageParser,
      useFactory: () => (compiled ? new WorkerParser() : new InlineParser()),
    },
    RecordedMailStore,
    IntakeWorkStore,
    IntakeListStore,
    KnownMailStore,
    ThreadStore,
    IntakeStores,
    RecordMail,
    NameServer,
    VerifySender,
    ReadMail,
    CanaryStore,
    ContextStores,
    GatherContext,
    BulkListStore,
    AddToBulkList,
    ActOnDecision,
    ProcessBatch,
    QuarantineMail,
    FetchAgain,
    ReplayStore,
    ReplayTools,
    ReplayMail,
    RetryQuarantined,
    SyncFolder,
    FinishOnServer,
    ReconciliationStore,
    ReconciliationNews,
    ReconcileFolder,
    ReconcileMailbox,
    MailboxProcessor,
    OperatorTools,
    ReconcileByOperator,
    Reconciliations,
    RunnerToolbox,
    {
      provide: MailboxShares,
      useFactory: (leases: Leases) => new MailboxShares(leases),
      inject: [Leases],
    },
    WantedMailboxes,
    MailboxWatcher,
    WatchCanaries,
    SendCanary,
    Canaries,
  ],
  exports: [MailboxProcessor, ReplayMail, ReplayStore, IntakeListStore],
})
export class MailboxIntakeModule {}
