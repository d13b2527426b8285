import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, Leases, OperatorError, Wakeups, type Lease } from '../../../platform/index.js';
import { Mailboxes, MailSessions, type MailSession } from '../../mailboxes/index.js';
import { MailboxProcessor } from '../background/mailbox-processor.js';
import { ALARM_AFTER_FAILURES } from '../domain/backoff.js';
import { mailboxLease } from '../mailbox-lease.js';
import { ReconciliationStore, type FinishedReconciliation } from '../store/reconciliation.store.js';
import { ReconcileMailbox } from './reconcile-mailbox.js';
import type { FolderToSync } from './sync-folder.js';

const LOOK_MS = 300;
const RETRY_LEASE_MS = 1_000;

/** What the operator's own comparison works with, in one place because a constructor takes few. */
@Injectable()
export class OperatorTools {
  constructor(
    readonly config: CurrentConfig,
    readonly clock: Clock,
    readonly mailboxes: Mailboxes,
    readonly sessions: MailSessions,
    readonly processor: MailboxProcessor,
    readonly wakeups: Wakeups,
  ) {}
}

/**
 * A comparison for an operator. The request is a row: the worker that holds the mailbox answers it, so that its lease is
 * never fought for; where nobody holds the mailbox this process takes the lease and answers itself.
 */
@Injectable()
export class ReconcileByOperator {
  constructor(
    private readonly tools: OperatorTools,
    private readonly leases: Leases,
    private readonly store: ReconciliationStore,
    private readonly reconcile: ReconcileMailbox,
  ) {}

  /**
   * null where no answer came within `timeoutMs`; the request stays and is answered later. Throws MailSessionError, and
   * OperatorError where the worker that holds the mailbox fails again and again to open it.
   */
  async run(
    mailboxKey: string,
    fix: boolean,
    timeoutMs: number,
  ): Promise<FinishedReconciliation | null> {
    const { clock, wakeups } = this.tools;
    const id = await this.store.request(mailboxKey, 'operator', fix, clock.now());
    const until = performance.now() + timeoutMs;
    let askLeaseAt = performance.now();
    while (performance.now() < until) {
      const answer = await this.store.answer(id);
      if (answer !== null) return answer;
      if (performance.now() >= askLeaseAt) {
        const lease = await this.leases.acquire(mailboxLease(mailboxKey));
        if (lease !== null) {
          await this.withLease(lease, mailboxKey, fix);
          continue;
        }
        await this.assertReadable(mailboxKey);
        askLeaseAt = performance.now() + RETRY_LEASE_MS;
      }
      await wakeups.sleep('reconcile-by-operator', LOOK_MS);
    }
    return null;
  }

  /** A worker that waits between failed attempts answers nobody: its reason is the answer. */
  private async assertReadable(mailboxKey: string): Promise<void> {
    const row = (await this.tools.mailboxes.liveStates()).get(mailboxKey);
    if (row?.state !== 'failing' || row.consecutiveFailures < ALARM_AFTER_FAILURES) return;
    throw new OperatorError(
      `the worker that holds the mailbox cannot open it (${row.lastError ?? 'no reason told'}); it answers once it can`,
    );
  }

  private async withLease(lease: Lease, mailboxKey: string, fix: boolean): Promise<void> {
    const lost = new AbortController();
    const renewing = setInterval(() => {
      void this.leases.renew(lease).then(
        (held) => !held && lost.abort(),
        () => undefined,
      );
    }, this.leases.ttlMs / 3);
    let session: MailSession | null = null;
    try {
      session = await this.tools.sessions.connect(mailboxKey);
      const held = { session, lease, synced: false, signal: lost.signal, breathe: async () => {} };
      const folders = await this.foldersOf(session);
      while (!lost.signal.aborted && (await this.reconcile.answer({ ...held, folders })));
      if (fix) await this.tools.processor.drain(mailboxKey, lease, { signal: lost.signal });
    } finally {
      clearInterval(renewing);
      await session?.close();
      await this.leases.release(lease);
    }
  }

  private async foldersOf(session: MailSession): Promise<FolderToSync[]> {
    const { mailboxes, clock } = this.tools;
    const found = await session.folders();
    const start = await mailboxes.startOf(session.mailboxKey);
    const startAt = start.kind === 'from' ? start.at : clock.now();
    return watchedFolders(found).map((folder) => ({ ...folder, startAt }));
  }
}

/** In the order in which they are read: what an answer in Sent refers to is recorded before it (D24). */
export function watchedFolders({
  inbox,
  junk,
  sent,
}: Awaited<ReturnType<MailSession['folders']>>): Pick<FolderToSync, 'folder' | 'role'>[] {
  return [
    { folder: inbox, role: 'inbox' },
    ...(junk === null || junk === inbox ? [] : [{ folder: junk, role: 'junk' as const }]),
    ...(sent === null || sent === inbox ? [] : [{ folder: sent, role: 'sent' as const }]),
  ];
}
