import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  Background,
  Clock,
  createLogger,
  Database,
  Throttle,
  Wakeups,
  type BackgroundWork,
} from '../../platform/index.js';
import { IdempotencyKeys } from '../../platform/http/index.js';
import { CredentialStore } from './store/credential.store.js';

const HOUR_MS = 3_600_000;
const log = createLogger('housekeeping');

/** Every hour: removes expired sessions, old throttle windows and idempotency keys. Any number of processes may. */
@Injectable()
export class Housekeeping implements BackgroundWork, OnModuleInit {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly credentials: CredentialStore,
    private readonly throttle: Throttle,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
    private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.background.register('housekeeping', this);
  }

  start(): void {
    this.running ??= this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One round; tests call it directly. */
  async tidy(): Promise<void> {
    const sessions = await this.credentials.forgetExpired(this.clock.now());
    const windows = await this.throttle.forgetOld();
    const keys = await new IdempotencyKeys(this.database, this.clock).forgetOld();
    log.debug({ sessions, windows, keys }, 'tidied');
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.tidy();
      } catch (error) {
        log.warn({ err: error }, 'tidying failed, tried again in an hour');
      }
      await this.wakeups.sleep('housekeeping', HOUR_MS, this.stopping.signal);
    }
  }
}
