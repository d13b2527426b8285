import { Injectable } from '@nestjs/common';
import { Background, Clock, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { DecideNotice } from './commands/decide-notice.js';
import { NoticesStore } from './store/notices.store.js';

const EVERY_MS = 30_000;
/** Decided notices are kept so long. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** Decides, at the opening, the notices of deadlines that drew near or passed outside service hours (D18). */
@Injectable()
export class DeadlineNotices extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: NoticesStore,
    private readonly decide: DecideNotice,
  ) {
    super({ name: 'deadline-notices', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Returns how many were decided. */
  async round(): Promise<number> {
    const now = this.clock.now();
    let decided = 0;
    if (await this.store.anyDue(now)) {
      while (!this.stopping.signal.aborted && (await this.one(now))) decided += 1;
    }
    const before = new Date(now.getTime() - KEPT_MS);
    await this.database.inTransaction((tx) => this.store.forgetDecided(tx, before));
    return decided;
  }

  private one(now: Date): Promise<boolean> {
    return this.database.inTransaction(async (tx) => {
      const notice = await this.store.nextDue(tx, now);
      if (notice === null) return false;
      await this.decide.run(tx, notice, now);
      return true;
    });
  }
}
