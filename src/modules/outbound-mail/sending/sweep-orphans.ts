import { Injectable } from '@nestjs/common';
import { Clock, createLogger, Database, EventBus } from '../../../platform/index.js';
import { outboundFailed } from '../events.js';
import { SendingStore } from '../store/sending.store.js';
import { ProcessLease } from './process-lease.js';

/** Read by agents at the ticket. */
const REASON = 'O processo que enviava a mensagem foi interrompido: ela pode ter chegado.';
/** Far longer than a claim's answer can be under way, far shorter than anybody waits. */
const STRAY_AFTER_MS = 30_000;

const log = createLogger('outbound-mail');

/** Rows that say `sending` and that nobody is sending. */
@Injectable()
export class SweepOrphans {
  constructor(
    private readonly database: Database,
    private readonly store: SendingStore,
    private readonly lease: ProcessLease,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Rows of processes whose sign of life has expired become `unknown`, and their tickets are told. */
  async dead(): Promise<number> {
    const swept = await this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const rows = await this.store.sweepDead(tx, REASON, now);
      for (const { id, kind, ticketId, ticketMessageId } of rows) {
        if (ticketId === null) continue;
        await this.bus.publish(tx, outboundFailed, {
          outboxId: id,
          kind,
          ticketId,
          ticketMessageId,
          state: 'unknown',
          reason: REASON,
          at: now.toISOString(),
        });
      }
      return rows.length;
    });
    if (swept > 0) log.warn({ swept }, 'mails of a dead process are now of unknown fate');
    return swept;
  }

  /** Rows of this process that none of its lanes holds go back into the queue: they were never begun. */
  async strays(held: readonly string[]): Promise<number> {
    const claimedBefore = new Date(this.clock.now().getTime() - STRAY_AFTER_MS);
    const back = await this.database.inTransaction((tx) =>
      this.store.handBackStrays(tx, this.lease.owner, held, claimedBefore),
    );
    if (back > 0) log.warn({ back }, 'claims whose answer was lost were handed back');
    return back;
  }
}
