import { Injectable } from '@nestjs/common';
import { Background, Clock, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { SendAcknowledgementSummary } from './commands/send-acknowledgement-summary.js';

const POLL_MS = 30_000;

/** Sends the hourly summaries of senders who wrote more than acknowledgements may answer (D7). */
@Injectable()
export class AcknowledgementSummaries extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly summary: SendAcknowledgementSummary,
  ) {
    super({ name: 'acknowledgement-summaries', everyMs: POLL_MS }, background, wakeups);
  }

  /** Returns how many summaries were written. */
  async round(): Promise<number> {
    let sent = 0;
    while (
      !this.stopping.signal.aborted &&
      (await this.database.inTransaction((tx) => this.summary.run(tx, this.clock.now())))
    ) {
      sent += 1;
    }
    return sent;
  }
}
