import { Injectable } from '@nestjs/common';
import {
  Background,
  Clock,
  createLogger,
  Database,
  PeriodicWork,
  Throttle,
  Wakeups,
} from '../../platform/index.js';
import { IdempotencyKeys } from '../../platform/http/index.js';
import { CredentialStore } from './store/credential.store.js';

const HOUR_MS = 3_600_000;
const log = createLogger('housekeeping');

/** Every hour: removes expired sessions, old throttle windows and idempotency keys. Any number of processes may. */
@Injectable()
export class Housekeeping extends PeriodicWork {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly throttle: Throttle,
    private readonly database: Database,
    private readonly clock: Clock,
    wakeups: Wakeups,
    background: Background,
  ) {
    super({ name: 'housekeeping', everyMs: HOUR_MS }, background, wakeups);
  }

  async round(): Promise<void> {
    const sessions = await this.credentials.forgetExpired(this.clock.now());
    const windows = await this.throttle.forgetOld();
    const keys = await new IdempotencyKeys(this.database, this.clock).forgetOld();
    log.debug({ sessions, windows, keys }, 'tidied');
  }
}
