import { Background, type BackgroundWork } from './background.js';
import { createLogger } from './logging.js';
import type { Wakeups } from './wakeups.js';

const log = createLogger('background');

/** What a work is called and how often it is looked for. */
export interface Period {
  /** For the log, and the wake-up topic: `wakeups.wake(name)` begins a round at once. */
  readonly name: string;
  /** Between the end of a round and the next. Milliseconds. */
  readonly everyMs: number;
}

/** Work that is looked for every so often in worker processes; what fails is tried again at the next round. */
export abstract class PeriodicWork implements BackgroundWork {
  protected stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly period: Period,
    private readonly background: Background,
    private readonly wakeups: Wakeups,
  ) {}

  onModuleInit(): void {
    this.background.register(this.period.name, this);
  }

  start(): void {
    if (this.running !== null) return;
    this.stopping = new AbortController();
    this.running = this.loop(this.stopping.signal);
  }

  /** Lets the round in hand finish; a long one looks at `stopping`. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.running = null;
  }

  /** One round. Tests call it directly. */
  abstract round(): Promise<unknown>;

  /** Until the next round, after one that went well. Milliseconds. */
  protected pauseMs(): Promise<number> {
    return Promise.resolve(this.period.everyMs);
  }

  private async loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMs = this.period.everyMs;
      try {
        await this.round();
        pauseMs = await this.pauseMs();
      } catch (error) {
        log.error({ err: error, work: this.period.name }, 'a round failed, tried again later');
      }
      await this.wakeups.sleep(this.period.name, pauseMs, signal);
    }
  }
}
