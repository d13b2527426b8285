import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, messageOf } from '../../../platform/index.js';
import { MailSessionError } from '../../mailboxes/index.js';
import { addDifference, emptyReport, type ReconciliationReport } from '../domain/reconciliation.js';
import { ReconciliationStore } from '../store/reconciliation.store.js';
import { ReconcileFolder, type Comparison } from './reconcile-folder.js';
import { ReconciliationNews } from './reconciliation-news.js';
import { LeaseLost } from './record-mail.js';
import { SyncFolder, type FolderToSync } from './sync-folder.js';

/** A request that was begun so often and never ended probably ends the process. */
const MAX_BEGUN = 5;
const MAX_UNFINISHED = 1_000;

/** A mailbox in the hands of whoever answers requests for it. */
export type HeldMailbox = Pick<
  Comparison,
  'session' | 'lease' | 'synced' | 'signal' | 'breathe'
> & { readonly folders: readonly FolderToSync[] };

/** Answers what is asked about one mailbox, in the hands of whoever holds its lease: a worker, or the operator's tool. */
@Injectable()
export class ReconcileMailbox {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly store: ReconciliationStore,
    private readonly folder: ReconcileFolder,
    private readonly sync: SyncFolder,
    private readonly news: ReconciliationNews,
  ) {}

  /** False where nothing is asked. Throws LeaseLost, and MailSessionError when the session is of no more use. */
  async answer(held: HeldMailbox): Promise<boolean> {
    const { mailboxKey } = held.session;
    const request = await this.store.begin(mailboxKey);
    if (request === null) return false;
    if (request.begun > MAX_BEGUN) {
      const error = `It was begun ${MAX_BEGUN} times and never ended`;
      await this.news.failed(mailboxKey, request, error);
      return true;
    }
    try {
      const report = await this.compare(held, request.fix);
      if (held.signal.aborted) await this.store.handBack(request.id);
      else await this.news.compared(held.lease, request, report);
    } catch (error) {
      if (error instanceof LeaseLost || held.signal.aborted) {
        await this.store.handBack(request.id);
        throw error;
      }
      await this.news.failed(mailboxKey, request, messageOf(error));
      if (error instanceof MailSessionError) throw error;
    }
    return true;
  }

  private async compare(held: HeldMailbox, fix: boolean): Promise<ReconciliationReport> {
    const { session, lease, signal, folders } = held;
    const { mailboxKey } = session;
    const mailbox = this.config.get().mailboxes[mailboxKey];
    if (mailbox === undefined) throw new Error(`No mailbox ${mailboxKey} in the configuration`);
    const report = emptyReport(mailboxKey, fix);
    const comparison = { ...held, fix, queueKey: mailbox.queue, report };
    if (!held.synced && fix)
      for (const wanted of folders) await this.sync.run(session, lease, wanted, signal);
    for (const wanted of folders) {
      if (signal.aborted) return report;
      await this.folder.run({ ...comparison, synced: held.synced || fix }, wanted);
    }
    const watched = new Set(folders.map(({ folder }) => folder));
    const read = await this.store.foldersRead(mailboxKey);
    report.unwatched.push(...read.filter((folder) => !watched.has(folder)));
    await this.unfinished(report);
    return report;
  }

  /** Recorded long ago and not processed; mending makes them due now, for whoever processes the mailbox. */
  private async unfinished(report: ReconciliationReport): Promise<void> {
    const minutes = this.config.get().intake.unfinishedAfterMinutes;
    const before = new Date(this.clock.now().getTime() - minutes * 60_000);
    const waiting = await this.store.unfinished(report.mailbox, before, MAX_UNFINISHED);
    if (waiting.length === 0) return;
    if (report.fix) await this.store.dueNow(report.mailbox, before);
    for (const { folder, uid, messageId, receivedAt, sizeBytes, attempts } of waiting) {
      addDifference(report, {
        kind: 'unfinished',
        folder,
        uid,
        messageId,
        receivedAt: receivedAt.toISOString(),
        sizeBytes,
        why: `recorded more than ${minutes} minutes ago and not processed (begun ${attempts} times)${report.fix ? ': made due now' : ''}`,
        // What cannot be processed for all that is there again at the next comparison.
        fixed: report.fix,
      });
    }
  }
}
