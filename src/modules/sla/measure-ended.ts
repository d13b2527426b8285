import { Injectable } from '@nestjs/common';
import { Background, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { MeasureTime } from './commands/measure-time.js';
import { MeasureStore } from './store/measure.store.js';

/** What ended before it was measured there and then is measured in batches; after that there is nothing to find. */
const BATCH_SIZE = 500;
const EVERY_MS = 60 * 60 * 1_000;

/** Measures clocks and resolutions from before reports. Any number of workers: each takes rows that nobody holds. */
@Injectable()
export class MeasureEnded extends PeriodicWork {
  constructor(
    private readonly database: Database,
    private readonly measure: MeasureTime,
    private readonly store: MeasureStore,
    wakeups: Wakeups,
    background: Background,
  ) {
    super({ name: 'sla-measure-ended', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Until nothing is left; returns how many rows were measured. */
  async round(): Promise<number> {
    let measured = 0;
    for (;;) {
      const done = (await this.clockBatch()) + (await this.resolutionBatch());
      measured += done;
      if (done === 0 || this.stopping.signal.aborted) return measured;
    }
  }

  private clockBatch(): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const rows = await this.store.unmeasuredClocks(tx, BATCH_SIZE);
      const measured: { id: string; businessMs: number }[] = [];
      for (const row of rows) {
        measured.push({ id: row.id, businessMs: await this.measure.stretch(tx, row) });
      }
      if (measured.length > 0) await this.store.writeClocks(tx, measured);
      return measured.length;
    });
  }

  private resolutionBatch(): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const rows = await this.store.unmeasuredResolutions(tx, BATCH_SIZE);
      for (const { ticketId, at } of rows) await this.measure.resolution(tx, ticketId, at);
      return rows.length;
    });
  }
}
