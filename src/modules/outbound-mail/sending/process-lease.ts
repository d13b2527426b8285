import { Injectable } from '@nestjs/common';
import { createLogger, Leases, type Lease } from '../../../platform/index.js';

const log = createLogger('outbound-mail');

/**
 * This process's sign of life, `process:<owner>`: as long as it is held, the rows that this process claimed are being
 * sent; once it has expired they are `unknown`.
 */
@Injectable()
export class ProcessLease {
  private lease: Lease | null = null;
  private timer: NodeJS.Timeout | null = null;
  private keeping: Promise<boolean> | null = null;

  constructor(private readonly leases: Leases) {}

  get owner(): string {
    return this.leases.owner;
  }

  /** Begins to hold and renew the lease; goes on trying where the database is away. */
  start(): void {
    if (this.timer !== null) return;
    this.timer = setInterval(() => void this.keep(), this.leases.ttlMs / 3);
    this.timer.unref();
  }

  /** Takes the lease now, or prolongs it. False where the database could not be asked. */
  keep(): Promise<boolean> {
    this.keeping ??= this.takeOrRenew().finally(() => (this.keeping = null));
    return this.keeping;
  }

  /** Ends renewing; gives the lease back at once where nothing is being sent any more. */
  async stop(nothingInFlight: boolean): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    // Otherwise it might take the lease anew after it was given back.
    await this.keeping;
    const { lease } = this;
    this.lease = null;
    if (lease !== null && nothingInFlight) {
      await this.leases.release(lease).catch((error: unknown) => {
        log.warn({ err: error }, 'the sign of life of this process could not be given back');
      });
    }
  }

  private async takeOrRenew(): Promise<boolean> {
    try {
      if (this.lease === null || !(await this.leases.renew(this.lease))) {
        this.lease = await this.leases.acquire(`process:${this.leases.owner}`);
      }
      return this.lease !== null;
    } catch (error) {
      log.warn(
        { err: error },
        'the sign of life of this process could not be renewed, trying again',
      );
      return false;
    }
  }
}
