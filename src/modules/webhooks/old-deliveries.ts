import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import {
  Background,
  Clock,
  createLogger,
  Database,
  PeriodicWork,
  Wakeups,
} from '../../platform/index.js';
import { DeliveriesStore } from './store/deliveries.store.js';

const HOUR_MS = 3_600_000;
/** Ended deliveries are kept so long, to be looked at and sent again. */
const KEPT_MS = 30 * 24 * HOUR_MS;

const log = createLogger('webhooks');

/** Deletes deliveries that ended long ago, and calls off those of webhooks that are not configured any more. */
@Injectable()
export class OldDeliveries extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly config: CurrentConfig,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly deliveries: DeliveriesStore,
  ) {
    super({ name: 'old-webhook-deliveries', everyMs: HOUR_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    const now = this.clock.now();
    const known = this.config.get().notifications.webhooks.map(({ name }) => name);
    await this.database.inTransaction(async (tx) => {
      const cancelled = await this.deliveries.cancelUnknown(tx, known, now);
      const forgotten = await this.deliveries.forgetEnded(tx, new Date(now.getTime() - KEPT_MS));
      log.debug({ cancelled, forgotten }, 'tidied');
    });
  }
}
