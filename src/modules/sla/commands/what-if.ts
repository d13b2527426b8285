import { Injectable } from '@nestjs/common';
import type { CalendarConfig } from '../../../config/index.js';
import { Clock } from '../../../platform/index.js';
import { businessCalendar, Calendars, rfc3339 } from '../../business-calendar/index.js';
import { changedDays, dueByOther, type ChangedDay } from '../domain/what-if.js';
import { OpenClockStore } from '../store/open-clock.store.js';

/** How far ahead days are compared. */
const DAYS_AHEAD = 400;
/** More are counted but not listed. */
const MAX_LISTED = 1_000;

export interface MovedClock {
  readonly protocol: string;
  readonly kind: string;
  /** RFC 3339 in the calendar's zone. */
  readonly dueAt: string;
  readonly wouldBeDueAt: string;
  /** Wall-clock minutes; negative: earlier. */
  readonly byMinutes: number;
}

/** What a calendar that is not in force would do. */
export interface WhatIfAnswer {
  readonly calendar: string;
  readonly daysChanged: readonly ChangedDay[];
  readonly clocksLookedAt: number;
  readonly earlier: number;
  readonly later: number;
  /** Breached already: past compliance never changes, so they are left out. */
  readonly breachedLeftAsTheyAre: number;
  /** In order of the start; at most 1,000 are listed. */
  readonly moved: readonly MovedClock[];
}

/** Counts every open clock again by a calendar that is not in force yet. Writes nothing. */
@Injectable()
export class WhatIf {
  constructor(
    private readonly calendars: Calendars,
    private readonly clocks: OpenClockStore,
    private readonly clock: Clock,
  ) {}

  /** `calendars` of the configuration that is thought of. CalendarDefinitionError where it cannot be counted with. */
  async run(
    name: string,
    calendars: Readonly<Record<string, CalendarConfig>>,
  ): Promise<WhatIfAnswer> {
    const other = businessCalendar(this.calendars.definitionIn(calendars, name));
    const now = businessCalendar(this.calendars.definitionNow(name));
    const moved: MovedClock[] = [];
    let [lookedAt, earlier, later, breached] = [0, 0, 0, 0];
    for await (const clock of this.clocks.all(name)) {
      lookedAt += 1;
      if (clock.breached) {
        breached += 1;
        continue;
      }
      const dueAt = dueByOther(other, clock);
      const byMinutes = Math.round((dueAt.getTime() - clock.dueAt.getTime()) / 60_000);
      if (byMinutes === 0) continue;
      if (byMinutes < 0) earlier += 1;
      else later += 1;
      if (moved.length === MAX_LISTED) continue;
      moved.push({
        protocol: clock.ticketId,
        kind: clock.kind,
        dueAt: rfc3339(clock.dueAt, now.zone),
        wouldBeDueAt: rfc3339(dueAt, other.zone),
        byMinutes,
      });
    }
    return {
      calendar: name,
      daysChanged: changedDays(now, other, this.clock.now(), DAYS_AHEAD),
      clocksLookedAt: lookedAt,
      earlier,
      later,
      breachedLeftAsTheyAre: breached,
      moved,
    };
  }
}
