import type { CalendarConfig, IntervalConfig } from '../../../config/index.js';
import { parseIsoDay, WEEKDAYS, type DayNumber, type Weekday } from './civil-day.js';
import { HOLIDAY_RULES, type OptionalDaySwitch } from './brazilian-holidays.js';
import { ZoneOffsets } from './zone-offsets.js';

/** Wall-clock minutes since midnight, [from, to); `to` may be 1440 (written 24:00). */
export interface MinuteInterval {
  readonly fromMinute: number;
  readonly toMinute: number;
}

export interface SpecialDay {
  readonly name: string;
  /** Empty: closed all day. */
  readonly intervals: readonly MinuteInterval[];
  /** Undefined: a business day where its weekday is one. */
  readonly businessDay: boolean | undefined;
}

/** A definition read once: times as minutes, days as numbers. */
export interface ParsedDefinition {
  readonly zone: string;
  readonly hours: Readonly<Record<Weekday, readonly MinuteInterval[]>>;
  readonly businessWeekdays: ReadonlySet<Weekday>;
  readonly nationalHolidays: boolean;
  readonly optionalDays: Readonly<Record<OptionalDaySwitch, boolean>>;
  /** Operator's holidays of one year, by day. */
  readonly holidaysOnce: ReadonlyMap<DayNumber, string>;
  /** Operator's holidays of every year, by `MM-DD`. */
  readonly holidaysYearly: ReadonlyMap<string, string>;
  readonly specialDays: ReadonlyMap<DayNumber, SpecialDay>;
}

export interface DefinitionProblem {
  /** Inside the calendar: `hours.mon[0].to`. */
  readonly path: string;
  readonly reason: string;
}

/** A calendar that cannot be counted with; the message lists every problem. */
export class CalendarDefinitionError extends Error {
  constructor(readonly problems: readonly DefinitionProblem[]) {
    super(
      `The calendar cannot be used: ${problems.map(({ path, reason }) => `${path} ${reason}`).join('; ')}.`,
    );
    this.name = 'CalendarDefinitionError';
  }
}

/** Everything wrong with a definition, all at once; empty where it can be counted with (D16). */
export function calendarProblems(definition: CalendarConfig): DefinitionProblem[] {
  return new DefinitionReader(definition).problems;
}

/** Throws CalendarDefinitionError where `calendarProblems` finds any. */
export function parseDefinition(definition: CalendarConfig): ParsedDefinition {
  const reader = new DefinitionReader(definition);
  if (reader.problems.length > 0) throw new CalendarDefinitionError(reader.problems);
  return reader.parsed;
}

class DefinitionReader {
  readonly problems: DefinitionProblem[] = [];
  readonly parsed: ParsedDefinition;

  constructor(definition: CalendarConfig) {
    this.checkZone(definition.zone);
    this.parsed = {
      zone: definition.zone,
      hours: this.readHours(definition),
      businessWeekdays: new Set(definition.businessDays),
      nationalHolidays: definition.nationalHolidays,
      optionalDays: {
        carnivalMonday: definition.carnivalMonday,
        carnivalTuesday: definition.carnivalTuesday,
        corpusChristi: definition.corpusChristi,
      },
      ...this.readHolidays(definition),
      specialDays: this.readSpecialDays(definition),
    };
    this.checkBusinessWeekdays();
  }

  private problem(path: string, reason: string): void {
    this.problems.push({ path, reason });
  }

  private checkZone(zone: string): void {
    try {
      ZoneOffsets.of(zone);
    } catch {
      this.problem('zone', `"${zone}" is no IANA time zone such as America/Sao_Paulo`);
    }
  }

  private checkBusinessWeekdays(): void {
    const { businessWeekdays, hours } = this.parsed;
    if (businessWeekdays.size === 0) this.problem('businessDays', 'must name at least one weekday');
    for (const weekday of businessWeekdays) {
      if (!WEEKDAYS.includes(weekday))
        this.problem('businessDays', `"${weekday}" is none of ${WEEKDAYS.join(', ')}`);
      else if (hours[weekday].length === 0)
        this.problem(`hours.${weekday}`, 'a business weekday needs hours');
    }
  }

  private readHours(definition: CalendarConfig): ParsedDefinition['hours'] {
    for (const key of Object.keys(definition.hours)) {
      if (!WEEKDAYS.includes(key as Weekday))
        this.problem(`hours.${key}`, `is none of ${WEEKDAYS.join(', ')}`);
    }
    return Object.fromEntries(
      WEEKDAYS.map((weekday) => [
        weekday,
        this.readIntervals(definition.hours[weekday] ?? [], `hours.${weekday}`),
      ]),
    ) as unknown as ParsedDefinition['hours'];
  }

  /** In order of the clock; overlaps are problems, touching ones are joined (12:00–13:00 + 13:00–18:00). */
  private readIntervals(configured: readonly IntervalConfig[], path: string): MinuteInterval[] {
    const read = configured.flatMap((interval, index) => {
      const at = `${path}[${index}]`;
      const fromMinute = this.readTime(interval.from, `${at}.from`);
      const toMinute = this.readTime(interval.to, `${at}.to`);
      if (fromMinute === null || toMinute === null) return [];
      if (fromMinute >= toMinute) {
        this.problem(at, 'must end after it begins, on the same day (24:00 is the end of the day)');
        return [];
      }
      return [{ fromMinute, toMinute }];
    });
    read.sort((a, b) => a.fromMinute - b.fromMinute);
    const joined: MinuteInterval[] = [];
    for (const interval of read) {
      const before = joined.at(-1);
      if (before === undefined || before.toMinute < interval.fromMinute) joined.push(interval);
      else {
        if (before.toMinute > interval.fromMinute) this.problem(path, 'has overlapping intervals');
        joined[joined.length - 1] = { ...before, toMinute: interval.toMinute };
      }
    }
    return joined;
  }

  private readTime(text: string, path: string): number | null {
    const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
    if (match !== null) return Number(match[1]) * 60 + Number(match[2]);
    if (text === '24:00' && path.endsWith('.to')) return 24 * 60;
    this.problem(path, `"${text}" is no time HH:MM`);
    return null;
  }

  private readHolidays(
    definition: CalendarConfig,
  ): Pick<ParsedDefinition, 'holidaysOnce' | 'holidaysYearly'> {
    const holidaysOnce = new Map<DayNumber, string>();
    const holidaysYearly = new Map<string, string>();
    definition.holidays.forEach(({ date, name }, index) => {
      const path = `holidays[${index}].date`;
      const yearly = /^--(\d{2}-\d{2})$/.exec(date)?.[1];
      if (yearly !== undefined) {
        // 2004 is a leap year: --02-29 is a day, every fourth year.
        if (parseIsoDay(`2004-${yearly}`) === null)
          this.problem(path, `"${date}" is no day of a year`);
        else holidaysYearly.set(yearly, name);
        return;
      }
      const day = parseIsoDay(date);
      if (day === null) this.problem(path, `"${date}" is no date YYYY-MM-DD or --MM-DD`);
      else holidaysOnce.set(day, name);
    });
    return { holidaysOnce, holidaysYearly };
  }

  private readSpecialDays(definition: CalendarConfig): ParsedDefinition['specialDays'] {
    const specialDays = new Map<DayNumber, SpecialDay>();
    definition.specialDays.forEach((special, index) => {
      const path = `specialDays[${index}]`;
      const day = parseIsoDay(special.date);
      const intervals = this.readIntervals(special.intervals, `${path}.intervals`);
      if (day === null) {
        this.problem(`${path}.date`, `"${special.date}" is no date YYYY-MM-DD`);
        return;
      }
      if (specialDays.has(day)) this.problem(`${path}.date`, `${special.date} is named twice`);
      if (special.closed && intervals.length > 0)
        this.problem(path, 'is closed and has intervals: which one?');
      if (special.businessDay === true && (special.closed || intervals.length === 0))
        this.problem(`${path}.businessDay`, 'a business day needs an opening');
      specialDays.set(day, {
        name: special.name,
        intervals: special.closed ? [] : intervals,
        businessDay: special.businessDay,
      });
    });
    return specialDays;
  }
}

/** The optional days' rules that a calendar keeps, and the national ones if it keeps those. */
export function keptRules(definition: ParsedDefinition): typeof HOLIDAY_RULES {
  return HOLIDAY_RULES.filter((rule) =>
    rule.optional === undefined
      ? definition.nationalHolidays
      : definition.optionalDays[rule.optional],
  );
}
