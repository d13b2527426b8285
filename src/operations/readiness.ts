import { Injectable } from '@nestjs/common';
import { Alarms, messageOf, createLogger } from '../platform/index.js';
import { alarmLabel, mailboxLabels } from './domain/mailbox-labels.js';
import { FiguresStore } from './store/figures.store.js';

const DATABASE_ANSWERS_WITHIN_MS = 2_000;

export type ReadinessAnswer =
  /** Requests are welcome; open alarms say what is not well, by their labels in the metrics. */
  | { readonly ready: true; readonly alarms: readonly string[] }
  | { readonly ready: false; readonly why: string };

const log = createLogger('operations');

/** Whether this process should get requests: wired, not on its way out, database in reach. */
@Injectable()
export class Readiness {
  private leaving = false;

  constructor(
    private readonly figures: FiguresStore,
    private readonly alarms: Alarms,
  ) {}

  /** From now on a proxy should look for another process. */
  leave(): void {
    this.leaving = true;
  }

  async check(): Promise<ReadinessAnswer> {
    if (this.leaving) return { ready: false, why: 'stopping' };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), DATABASE_ANSWERS_WITHIN_MS);
    });
    const answered = await Promise.race([this.figures.reachable(), late]);
    clearTimeout(timer);
    return answered
      ? { ready: true, alarms: await this.openAlarms() }
      : { ready: false, why: 'database' };
  }

  /** An alarm never makes a process unready: another one would be no better. */
  private async openAlarms(): Promise<string[]> {
    try {
      const labels = mailboxLabels(await this.figures.privacy());
      return (await this.alarms.open()).map(({ key }) => alarmLabel(key, labels));
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'the open alarms could not be read');
      return [];
    }
  }
}
