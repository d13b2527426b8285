import { Injectable } from '@nestjs/common';
import { Alarms, createLogger, messageOf } from '../../../platform/index.js';

const log = createLogger('files');

export const UNREACHABLE_ALARM = 'storage.unreachable';
export const DAMAGED_ALARM = 'storage.damaged';
/** A store that is away fails for every message: its alarm need not be written each time. Milliseconds. */
const RAISED_AGAIN_AFTER_MS = 10_000;

/** Tells the operator what is wrong with the store of files; never fails itself. */
@Injectable()
export class StorageAlarms {
  private raisedAt = -Infinity;

  constructor(private readonly alarms: Alarms) {}

  async unreachable(place: string, error: unknown): Promise<void> {
    if (performance.now() - this.raisedAt < RAISED_AGAIN_AFTER_MS) return;
    this.raisedAt = performance.now();
    await this.quietly(() =>
      this.alarms.raise(
        UNREACHABLE_ALARM,
        'critical',
        `Stored files cannot be written or read in ${place} (${messageOf(error)}): large mail waits on its server and comes by itself once the store answers. Look at the store, its address, its keys and its free space.`,
        { place },
      ),
    );
  }

  async reachable(): Promise<void> {
    this.raisedAt = -Infinity;
    await this.quietly(() => this.alarms.clear(UNREACHABLE_ALARM));
  }

  /** Stays until `storage verify` finds everything whole. */
  async damaged(sha256: Buffer, location: string | null, what: string): Promise<void> {
    await this.quietly(() =>
      this.alarms.raise(
        DAMAGED_ALARM,
        'critical',
        `A stored file ${what}: "storage verify" lists every such file; put it back from a backup.`,
        { sha256: sha256.toString('hex'), location },
      ),
    );
  }

  async whole(): Promise<void> {
    await this.quietly(() => this.alarms.clear(DAMAGED_ALARM));
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      log.warn({ err: messageOf(error) }, 'an alarm about stored files could not be written');
    });
  }
}
