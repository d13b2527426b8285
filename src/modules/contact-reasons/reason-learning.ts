import { Injectable } from '@nestjs/common';
import { Background, createLogger, Leases, PeriodicWork, Wakeups } from '../../platform/index.js';
import { LearnReasons } from './commands/learn-reasons.js';
import { ContactReasons } from './contact-reasons.facade.js';

const log = createLogger('contact-reasons');
const EVERY_MS = 30_000;
const LEASE = 'reasons.learning';

/** Learns in the background, in one process at a time, and takes up what any process has learnt. */
@Injectable()
export class ReasonLearning extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly leases: Leases,
    private readonly learn: LearnReasons,
    private readonly reasons: ContactReasons,
  ) {
    super({ name: 'reason-learning', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Two processes that learnt at once would both come to the same. */
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
}
