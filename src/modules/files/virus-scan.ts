import { Injectable } from '@nestjs/common';
import { Background, PeriodicWork, Wakeups } from '../../platform/index.js';
import { ScanFiles } from './commands/scan-files.js';
import { VIRUS_SCAN } from './file-scans.facade.js';

/** Another process may have stored what waits; within one the wake-up comes at once. */
const EVERY_MS = 5_000;

/** Looks for files that wait for the virus scanner. Any number of processes may. */
@Injectable()
export class VirusScan extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly scan: ScanFiles,
  ) {
    super({ name: VIRUS_SCAN, everyMs: EVERY_MS }, background, wakeups);
  }

  /** Returns how many files were settled. */
  round(): Promise<number> {
    return this.scan.run(this.stopping.signal);
  }
}
