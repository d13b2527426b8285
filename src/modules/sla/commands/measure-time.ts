import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import { businessMsOf } from '../domain/business-time-of.js';
import type { RunningClock } from '../domain/clock.js';
import { ClockStore } from '../store/clock.store.js';
import { MeasureStore, type Stretch } from '../store/measure.store.js';

/**
 * Business time, worked out once when something ends and stored beside it: by the calendar version that the clock was
 * started under (D19), so no later change of a calendar alters a report of the past.
 */
@Injectable()
export class MeasureTime {
  constructor(
    private readonly clocks: ClockStore,
    private readonly store: MeasureStore,
    private readonly calendars: Calendars,
  ) {}

  /** Business milliseconds from the clock's start to `at`, its pauses taken off. */
  async clock(tx: Tx, clock: RunningClock, at: Date): Promise<number> {
    const held = await this.clocks.held(tx, clock.id);
    return this.stretch(tx, { ...held, from: clock.startedAt, to: at });
  }

  /** Writes down how long the ticket took until `at`, its `resolved_at`. Twice is once. */
  async resolution(tx: Tx, ticketId: string, at: Date): Promise<void> {
    const stretch = await this.store.untilResolved(tx, ticketId, at);
    const businessMs = stretch === null ? null : await this.stretch(tx, stretch);
    await this.store.writeResolution(tx, ticketId, { at, businessMs });
  }

  async stretch(tx: Tx, stretch: Stretch): Promise<number> {
    const version = await this.calendars.byId(tx, stretch.calendarVersionId);
    return businessMsOf(businessCalendar(version.definition), stretch);
  }
}
