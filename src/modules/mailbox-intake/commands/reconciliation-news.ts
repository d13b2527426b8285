import { Injectable } from '@nestjs/common';
import {
  Alarms,
  Clock,
  createLogger,
  Database,
  Leases,
  type Lease,
} from '../../../platform/index.js';
import { remaining, type ReconciliationReport } from '../domain/reconciliation.js';
import { ReconciliationStore, type ReconciliationRequest } from '../store/reconciliation.store.js';
import { LeaseLost } from './record-mail.js';

/** Named in the alarm and in the log; the stored report has more. */
const NAMED = 20;

const log = createLogger('mailbox-intake');

/** Says what a comparison came to: the answered request, the alarm, the log. Never subjects, bodies or senders. */
@Injectable()
export class ReconciliationNews {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly alarms: Alarms,
    private readonly store: ReconciliationStore,
    private readonly clock: Clock,
  ) {}

  /** Answer and alarm in one transaction. Throws LeaseLost where the mailbox is another's by now. */
  async compared(
    lease: Lease,
    request: ReconciliationRequest,
    report: ReconciliationReport,
  ): Promise<void> {
    const { mailbox, differences, fixed, items } = report;
    const left = remaining(report);
    const about = { mailbox, left, fixed, differences, items: items.slice(0, NAMED) };
    await this.database.inTransaction(async (tx) => {
      if (!(await this.leases.assertHeld(tx, lease))) throw new LeaseLost(lease.name);
      const now = this.clock.now();
      await this.store.finish(tx, request.id, { error: null, differences: left, report, now });
      const key = `intake.reconciliation.${mailbox}`;
      const fixedByItself = fixed > 0 && request.requestedBy === 'schedule';
      if (left > 0) {
        const lost = left > differences.unfinished;
        await this.alarms.raiseIn(tx, key, lost ? 'critical' : 'warning', sentence(report), about);
      } else if (fixedByItself) {
        await this.alarms.raiseIn(tx, key, 'warning', sentence(report), about);
      } else await this.alarms.clearIn(tx, key);
      await this.alarms.clearIn(tx, failedKey(mailbox));
    });
    if (left + fixed > 0) log.warn(about, 'server and records differ');
    else log.info({ mailbox, folders: report.folders }, 'server and records agree');
  }

  /**
   * It could not be compared: whoever asked is told, the schedule tries again in an hour, and an alarm stands until a
   * comparison ends. It has a key of its own: what the last comparison found is still to be seen.
   */
  async failed(mailboxKey: string, request: ReconciliationRequest, error: string): Promise<void> {
    log.warn({ mailbox: mailboxKey, err: error }, 'server and records could not be compared');
    const short = error.slice(0, 1_000);
    const advice = `It is tried again within the hour. Check the mailbox with helpdesk mailbox check ${mailboxKey}, then run helpdesk intake reconcile --mailbox ${mailboxKey}.`;
    await this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      await this.store.finish(tx, request.id, {
        error: short,
        differences: null,
        report: null,
        now,
      });
      await this.alarms.raiseIn(
        tx,
        failedKey(mailboxKey),
        'warning',
        `Mailbox ${mailboxKey}: the server could not be compared with what is recorded (${short}). ${advice}`,
        { mailbox: mailboxKey, requestedBy: request.requestedBy, err: short },
      );
    });
  }
}

function failedKey(mailbox: string): string {
  return `intake.reconciliation_failed.${mailbox}`;
}

function sentence(report: ReconciliationReport): string {
  const { mailbox, fixed, differences } = report;
  const left = remaining(report);
  const kinds = Object.entries(differences)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
  return left === 0
    ? `Mailbox ${mailbox}: the server and what is recorded differed (${kinds}), and it was mended (${fixed}). Find out why.`
    : `Mailbox ${mailbox}: the server and what is recorded differ (${kinds}). Run helpdesk intake reconcile --mailbox ${mailbox} to see them, with --fix to fetch them.`;
}
