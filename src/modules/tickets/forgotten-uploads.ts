import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Background,
  Clock,
  createLogger,
  Database,
  Wakeups,
  type BackgroundWork,
} from '../../platform/index.js';
import { AttachmentStore } from './store/attachment.store.js';

const HOUR_MS = 3_600_000;
/** An upload that no message has taken up by then was forgotten. */
const KEPT_HOURS = 48;
const log = createLogger('tickets');

/** Every hour: forgets uploads that nobody used. Any number of processes may. */
@Injectable()
export class ForgottenUploads implements BackgroundWork, OnModuleInit {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly background: Background,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
    private readonly attachments: AttachmentStore,
  ) {}

  onModuleInit(): void {
    this.background.register('forgotten-uploads', this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round; returns how many were dropped. */
  tidy(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - KEPT_HOURS * HOUR_MS);
    return this.database.inTransaction((tx) => this.attachments.dropForgotten(tx, before));
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.tidy();
      } catch (error) {
        log.warn({ err: error }, 'forgetting uploads failed, tried again in an hour');
      }
      await this.wakeups.sleep('tickets.uploads', HOUR_MS, this.stopping.signal);
    }
  }
}
