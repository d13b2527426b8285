import type { Database } from '../database/database.js';
import { messageOf } from '../errors.js';
import { faultPoint } from '../fault-points.js';
import { createLogger, withCorrelation } from '../logging.js';
import type { Wakeups } from '../wakeups.js';
import { EVENTS_WAKEUP, type EventBus } from './event-bus.js';

const POLL_INTERVAL_MS = 1_000;
/** After this many failures an event is parked (never retried by itself) and shows in the metrics. */
export const MAX_EVENT_ATTEMPTS = 20;
const MAX_BACKOFF_MS = 60_000;

const log = createLogger('events');

interface EventRow {
  id: string;
  topic: string;
  subscriber: string;
  payload: unknown;
  attempts: number;
}

/** Delivers published events to their subscribers, one transaction each; runs in every worker process. */
export class EventDispatcher {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly bus: EventBus,
    private readonly wakeups: Wakeups,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Lets the event in hand finish, then stops. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Delivers everything that is due now; returns how many events were handled. Tests call it directly. */
  async drain(): Promise<number> {
    let handled = 0;
    while (!this.stopping.signal.aborted && (await this.deliverOne())) handled += 1;
    return handled;
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.drain();
      } catch (error) {
        log.error({ err: error }, 'event delivery failed, retrying');
      }
      await this.wakeups.sleep(EVENTS_WAKEUP, POLL_INTERVAL_MS, this.stopping.signal);
    }
  }

  private async deliverOne(): Promise<boolean> {
    let failed: { row: EventRow; error: unknown } | null = null;
    const found = await this.database
      .inTransaction(async (tx) => {
        const [row] = await tx.query<EventRow & Record<string, unknown>>(
          `select id, topic, subscriber, payload, attempts from events
            where handled_at is null and next_attempt_at <= now() and attempts < $1
            order by next_attempt_at, id limit 1 for update skip locked`,
          [MAX_EVENT_ATTEMPTS],
        );
        if (row === undefined) return false;
        const handler = this.bus.handlerOf(row.topic, row.subscriber);
        try {
          if (handler !== undefined) {
            await withCorrelation(`event-${row.id}`, () => handler(tx, row.payload, row.id));
          }
        } catch (error) {
          failed = { row, error };
          throw error;
        }
        await tx.execute('update events set handled_at = now() where id = $1', [row.id]);
        faultPoint('event.handling');
        return true;
      })
      .catch((error: unknown) => {
        if (failed === null) throw error;
        return true;
      });
    if (failed !== null) await this.postpone(failed);
    else if (found) faultPoint('event.handled');
    return found;
  }

  private async postpone({ row, error }: { row: EventRow; error: unknown }): Promise<void> {
    const delayMs = Math.min(MAX_BACKOFF_MS, 250 * 2 ** row.attempts);
    log.warn(
      { err: error, topic: row.topic, subscriber: row.subscriber, attempts: row.attempts + 1 },
      'subscriber failed',
    );
    await this.database.inTransaction((tx) =>
      tx.execute(
        `update events set attempts = attempts + 1, last_error = $2,
                next_attempt_at = now() + make_interval(secs => $3) where id = $1`,
        [row.id, messageOf(error).slice(0, 500), delayMs / 1000],
      ),
    );
  }
}
