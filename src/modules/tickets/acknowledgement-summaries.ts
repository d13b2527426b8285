import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Background,
  Clock,
  createLogger,
  Database,
  Wakeups,
  type BackgroundWork,
} from '../../platform/index.js';
import { SendAcknowledgementSummary } from './commands/send-acknowledgement-summary.js';

const POLL_MS = 30_000;
const log = createLogger('tickets');

/** Sends the hourly summaries of senders who wrote more than acknowledgements may answer (D7). */
@Injectable()
export class AcknowledgementSummaries implements BackgroundWork, OnModuleInit {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly background: Background,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
    private readonly summary: SendAcknowledgementSummary,
  ) {}

  onModuleInit(): void {
    this.background.register('acknowledgement-summaries', this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Sends everything that is due; returns how many summaries were written. */
  async drain(): Promise<number> {
    let sent = 0;
    while (
      !this.stopping.signal.aborted &&
      (await this.database.inTransaction((tx) => this.summary.run(tx, this.clock.now())))
    ) {
      sent += 1;
    }
    return sent;
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.drain();
      } catch (error) {
        log.error({ err: error }, 'acknowledgement summaries failed, retrying');
      }
      await this.wakeups.sleep('tickets.summaries', POLL_MS, this.stopping.signal);
    }
  }
}
