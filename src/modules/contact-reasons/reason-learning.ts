import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Background,
  createLogger,
  Leases,
  Wakeups,
  type BackgroundWork,
} from '../../platform/index.js';
import { LearnReasons } from './commands/learn-reasons.js';
import { ContactReasons } from './contact-reasons.facade.js';

const log = createLogger('contact-reasons');
const EVERY_MS = 30_000;
const LEASE = 'reasons.learning';

/** Learns in the background, in one process at a time, and takes up what any process has learnt. */
@Injectable()
export class ReasonLearning implements BackgroundWork, OnModuleInit {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly background: Background,
    private readonly wakeups: Wakeups,
    private readonly leases: Leases,
    private readonly learn: LearnReasons,
    private readonly reasons: ContactReasons,
  ) {}

  onModuleInit(): void {
    this.background.register('reason-learning', this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round. Two processes that learnt at once would both come to the same. */
  async round(): Promise<void> {
    const lease = await this.leases.acquire(LEASE);
    if (lease !== null) {
      try {
        const examples = await this.learn.run();
        if (examples !== null) log.info({ examples }, 'learnt from corrected reasons');
      } finally {
        await this.leases.release(lease);
      }
    }
    await this.reasons.refresh();
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        log.error({ err: error }, 'learning failed, tried again later');
      }
      await this.wakeups.sleep('reasons.learning', EVERY_MS, this.stopping.signal);
    }
  }
}
