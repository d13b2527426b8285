import { Injectable } from '@nestjs/common';
import { Background, PeriodicWork, Wakeups } from '../../platform/index.js';
import { CollectGarbage } from './commands/collect-garbage.js';
import { StorageAlarms } from './gateway/storage-alarms.js';
import { StoragePlaces } from './gateway/storage-places.js';

const MINUTE_MS = 60_000;
const COLLECT_EVERY_MS = 6 * 3_600_000;

/**
 * Every minute: whether the store of files answers, so that the alarm comes before the first large mail and goes when it
 * is well again. Every six hours: what nobody needs is removed (by one process; the others find the lease held).
 */
@Injectable()
export class StorageCare extends PeriodicWork {
  private collectedAt = performance.now();

  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly places: StoragePlaces,
    private readonly alarms: StorageAlarms,
    private readonly garbage: CollectGarbage,
  ) {
    super({ name: 'storage-care', everyMs: MINUTE_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    const { active } = this.places;
    try {
      await active.probe();
    } catch (error) {
      await this.alarms.unreachable(active.place, error);
      return;
    }
    await this.alarms.reachable();
    if (performance.now() - this.collectedAt < COLLECT_EVERY_MS) return;
    this.collectedAt = performance.now();
    await this.garbage.run(false, this.stopping.signal);
  }
}
