import { Injectable } from '@nestjs/common';
import { Alarms, messageOf, createLogger } from '../platform/index.js';
import { alarmLabel, mailboxLabels } from './domain/mailbox-labels.js';
import { FiguresStore } from './store/figures.store.js';

const DATABASE_ANSWERS_WITHIN_MS = 2_000;

export type ReadinessAnswer =
  /**
   * Requests are welcome; open alarms say what is not well, by their labels in the metrics, and `expires` in how many
   * seconds certificates and authorizations of the mailboxes run out.
   */
  | {
      readonly ready: true;
      readonly alarms: readonly string[];
      readonly expires: Readonly<Record<string, number>>;
    }
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
      ? { ready: true, ...(await this.details()) }
      : { ready: false, why: 'database' };
  }

  /** An alarm never makes a process unready: another one would be no better. */
  private async details(): Promise<{ alarms: string[]; expires: Record<string, number> }> {
    try {
      const labels = mailboxLabels(await this.figures.privacy());
      const alarms = (await this.alarms.open()).map(({ key }) => alarmLabel(key, labels));
      const expires = (await this.figures.expiries())
        // Renewed by itself every hour: nothing that a person should count.
        .filter(({ what }) => what !== 'access_token')
        .map(({ mailbox, what, seconds }): [string, number] => [
          alarmLabel(`mailbox.${mailbox}.${what}`, labels),
          Math.round(seconds),
        ]);
      return { alarms, expires: Object.fromEntries(expires) };
    } catch (error) {
      log.warn({ err: messageOf(error) }, 'what is not well could not be read');
      return { alarms: [], expires: {} };
    }
  }
}
