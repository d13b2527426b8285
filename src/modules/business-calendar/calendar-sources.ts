import { Injectable } from '@nestjs/common';
import { Background, PeriodicWork, Wakeups } from '../../platform/index.js';
import { LookAtSources } from './commands/look-at-sources.js';

/** Between two questions whether a look is due. */
const POLL_MS = 60_000;

/** Looks at iCalendar sources for as long as a worker runs. */
@Injectable()
export class CalendarSources extends PeriodicWork {
  constructor(
    private readonly looking: LookAtSources,
    wakeups: Wakeups,
    background: Background,
  ) {
    super({ name: 'calendar-sources', everyMs: POLL_MS }, background, wakeups);
  }

  /** A look in hand is given up when the worker stops: another worker looks again. */
  async round(): Promise<void> {
    await this.looking.run(this.stopping.signal);
  }
}
