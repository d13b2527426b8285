import { dayOfRule } from './brazilian-holidays.js';
import {
  keptRules,
  parseDefinition,
  type CalendarDefinition,
  type HolidayScope,
  type MinuteInterval,
  type OwnHoliday,
  type ParsedDefinition,
  type SpecialDay,
} from './calendar-definition.js';
import { dayInYear } from './day-rule.js';
import {
  dayNumberOf,
  isoOf,
  MS_PER_DAY,
  MS_PER_MINUTE,
  requireYear,
  weekdayOf,
  yearOf,
  type DayNumber,
} from './civil-day.js';
import { ZoneOffsets, type Segment } from './zone-offsets.js';

/** Why a day is what it is. `special` is an operator's special day, the others are holidays. */
export type DayCause =
  | { readonly kind: 'weekday' }
  | {
      readonly kind: 'national' | 'optional';
      readonly name: string;
      readonly nameEn: string;
      readonly law: string;
    }
  | { readonly kind: HolidayScope; readonly name: string; readonly law: string | null }
  | { readonly kind: 'special'; readonly name: string };

/** One civil day of a calendar, ready to be counted with. */
export interface CalendarDay {
  readonly day: DayNumber;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Counts as a business day (D15, D16). */
  readonly businessDay: boolean;
  /** The weekday is one of the calendar's business weekdays, whatever this day is. */
  readonly businessWeekday: boolean;
  readonly cause: DayCause;
  /** Wall clock. */
  readonly intervals: readonly MinuteInterval[];
  /** Real time, in order. */
  readonly segments: readonly Segment[];
  /** The close of service: the last instant of the last segment; NaN on a day without service. */
  readonly closesAt: number;
}

/** A year of days, and its service as flat arrays for binary search; times are epoch milliseconds. */
export interface YearTable {
  readonly year: number;
  readonly firstDay: DayNumber;
  readonly days: readonly CalendarDay[];
  readonly segmentStarts: Float64Array;
  readonly segmentEnds: Float64Array;
  /** Service before segment i in this year; one longer than the others, its last element is the year's total. */
  readonly serviceBefore: Float64Array;
}

/**
 * A calendar that can be counted with. Days of a year are worked out once, when first asked for, and kept: a deadline is then
 * a few array look-ups. Immutable towards the outside.
 */
export class BusinessCalendar {
  readonly offsets: ZoneOffsets;
  private readonly years = new Map<number, YearTable>();

  constructor(readonly definition: ParsedDefinition) {
    this.offsets = ZoneOffsets.of(definition.zone);
  }

  get zone(): string {
    return this.definition.zone;
  }

  /** The civil day that the calendar's zone shows at `instant`. */
  dayAt(instant: number): DayNumber {
    return Math.floor(this.offsets.localOf(instant) / MS_PER_DAY);
  }

  /** CalendarRangeError outside 2003–2199. */
  day(day: DayNumber): CalendarDay {
    const table = this.year(yearOf(day));
    return table.days[day - table.firstDay]!;
  }

  year(year: number): YearTable {
    let table = this.years.get(year);
    if (table === undefined) {
      requireYear(year);
      table = this.buildYear(year);
      this.years.set(year, table);
    }
    return table;
  }

  /** What the definition itself lists for `year`, in its order; of two for one day the later one gives the name. */
  ownHolidaysOf(year: number): { readonly day: DayNumber; readonly holiday: OwnHoliday }[] {
    return this.definition.holidays.flatMap((holiday) => {
      if (year < holiday.fromYear || year > holiday.untilYear) return [];
      const day = dayInYear(holiday.on, year);
      return day === null ? [] : [{ day, holiday }];
    });
  }

  private buildYear(year: number): YearTable {
    const firstDay = dayNumberOf(year, 1, 1);
    const length = dayNumberOf(year + 1, 1, 1) - firstDay;
    const holidays = this.holidaysOf(year);
    const special = this.specialDaysOf(year);
    const days = Array.from({ length }, (_, index) =>
      this.buildDay(
        firstDay + index,
        special.get(firstDay + index),
        holidays.get(firstDay + index),
      ),
    );
    // In order of time also where a clock set back over midnight interleaves two days.
    const segments = days.flatMap((day) => day.segments).sort((a, b) => a.from - b.from);
    const serviceBefore = new Float64Array(segments.length + 1);
    segments.forEach((segment, index) => {
      serviceBefore[index + 1] = serviceBefore[index]! + segment.to - segment.from;
    });
    return {
      year,
      firstDay,
      days,
      segmentStarts: Float64Array.from(segments, (segment) => segment.from),
      segmentEnds: Float64Array.from(segments, (segment) => segment.to),
      serviceBefore,
    };
  }

  /** Which cause takes a day off; a law speaks before the operator where both name the day. */
  private holidaysOf(year: number): Map<DayNumber, DayCause> {
    const causes = new Map<DayNumber, DayCause>();
    for (const { day, holiday } of this.ownHolidaysOf(year)) {
      const { scope: kind, name, law } = holiday;
      causes.set(day, { kind, name, law });
    }
    for (const order of ['optional', 'national'] as const) {
      for (const rule of keptRules(this.definition)) {
        const day = dayOfRule(rule, year);
        if (day === null || (rule.optional === undefined) !== (order === 'national')) continue;
        causes.set(day, { kind: order, name: rule.name, nameEn: rule.nameEn, law: rule.law });
      }
    }
    return causes;
  }

  /** A day of every year opens or closes only weekdays that have hours: 24 December on a Sunday stays a Sunday. */
  private specialDaysOf(year: number): Map<DayNumber, SpecialDay> {
    const found = new Map<DayNumber, SpecialDay>();
    for (const special of this.definition.specialDays) {
      const day = dayInYear(special.on, year);
      if (day === null) continue;
      const hasHours = this.definition.hours[weekdayOf(day)].length > 0;
      if (special.on.kind === 'once' || hasHours) found.set(day, special);
    }
    return found;
  }

  private buildDay(
    day: DayNumber,
    special: SpecialDay | undefined,
    holiday: DayCause | undefined,
  ): CalendarDay {
    const weekday = weekdayOf(day);
    const businessWeekday = this.definition.businessWeekdays.has(weekday);
    let intervals = this.definition.hours[weekday];
    let cause: DayCause = { kind: 'weekday' };
    let counts = businessWeekday;
    if (special !== undefined) {
      intervals = special.intervals;
      cause = { kind: 'special', name: special.name };
      counts = special.businessDay ?? businessWeekday;
    } else if (holiday !== undefined) {
      intervals = [];
      cause = holiday;
    }
    const segments = intervals.flatMap((interval) => this.realTime(day, interval));
    return {
      day,
      date: isoOf(day),
      // A day whose every opening the zone skipped has no close to be due at, so it cannot count.
      businessDay: counts && segments.length > 0,
      businessWeekday,
      cause,
      intervals,
      segments,
      closesAt: segments.length === 0 ? NaN : Math.max(...segments.map((segment) => segment.to)),
    };
  }

  private realTime(day: DayNumber, interval: MinuteInterval): Segment[] {
    const midnight = day * MS_PER_DAY;
    return this.offsets.segmentsOf(
      midnight + interval.fromMinute * MS_PER_MINUTE,
      midnight + interval.toMinute * MS_PER_MINUTE,
    );
  }
}

const compiled = new WeakMap<CalendarDefinition, BusinessCalendar>();

/**
 * The calendar of a definition, the same object each time for the same definition object (definitions are immutable).
 * CalendarDefinitionError where it cannot be counted with.
 */
export function businessCalendar(definition: CalendarDefinition): BusinessCalendar {
  let calendar = compiled.get(definition);
  if (calendar === undefined) {
    calendar = new BusinessCalendar(parseDefinition(definition));
    compiled.set(definition, calendar);
  }
  return calendar;
}
