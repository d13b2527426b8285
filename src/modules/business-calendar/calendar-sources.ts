import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Background, createLogger, Wakeups, type BackgroundWork } from '../../platform/index.js';
import { LookAtSources } from './commands/look-at-sources.js';

/** Between two questions whether a look is due. */
const POLL_MS = 60_000;
const TOPIC = 'calendar.sources';

const log = createLogger('business-calendar');

/** Looks at iCalendar sources for as long as a worker runs. */
@Injectable()
export class CalendarSources implements BackgroundWork, OnModuleInit {
  private stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly looking: LookAtSources,
    private readonly wakeups: Wakeups,
    private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.background.register('calendar-sources', this);
  }

  start(): void {
    if (this.running !== null) return;
    this.stopping = new AbortController();
    this.running = this.loop(this.stopping.signal);
  }

  /** A look in hand is given up: another worker looks again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.running = null;
  }

  private async loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.looking.run(signal);
      } catch (error) {
        log.error({ err: error }, 'looking at calendar sources failed, trying again');
      }
      await this.wakeups.sleep(TOPIC, POLL_MS, signal);
    }
  }
}
