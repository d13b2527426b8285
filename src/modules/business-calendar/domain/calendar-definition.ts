import type { CalendarConfig, IntervalConfig, SpecialDayConfig } from '../../../config/index.js';
import { WEEKDAYS, type Weekday } from './civil-day.js';
import { parseDayRule, type DayRule } from './day-rule.js';
import { HOLIDAY_RULES, type OptionalDaySwitch } from './brazilian-holidays.js';
import { ZoneOffsets } from './zone-offsets.js';

/** What is counted with and kept as a version: nothing that is only shown, nothing that comes from elsewhere. */
export type CalendarDefinition = Pick<
  CalendarConfig,
  | 'zone'
  | 'hours'
  | 'businessDays'
  | 'nationalHolidays'
  | 'carnivalMonday'
  | 'carnivalTuesday'
  | 'corpusChristi'
  | 'holidays'
> & { readonly specialDays: readonly Omit<SpecialDayConfig, 'announceDays'>[] };

/** Wall-clock minutes since midnight, [from, to); `to` may be 1440 (written 24:00). */
export interface MinuteInterval {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Whose holiday it is: the company's, a state's, a city's, or from an iCalendar source. */
export type HolidayScope = 'own' | 'state' | 'municipal' | 'imported';

export interface OwnHoliday {
  readonly on: DayRule;
  readonly name: string;
  readonly scope: HolidayScope;
  readonly law: string | null;
  readonly fromYear: number;
  readonly untilYear: number;
}

export interface SpecialDay {
  readonly on: DayRule;
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
  /** Everything that the definition lists itself; of two for one day the later one gives the name. */
  readonly holidays: readonly OwnHoliday[];
  /** Those of every year first: one for a single day goes before them. */
  readonly specialDays: readonly SpecialDay[];
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
export function calendarProblems(definition: CalendarDefinition): DefinitionProblem[] {
  return new DefinitionReader(definition).problems;
}

/** Throws CalendarDefinitionError where `calendarProblems` finds any. */
export function parseDefinition(definition: CalendarDefinition): ParsedDefinition {
  const reader = new DefinitionReader(definition);
  if (reader.problems.length > 0) throw new CalendarDefinitionError(reader.problems);
  return reader.parsed;
}

class DefinitionReader {
  readonly problems: DefinitionProblem[] = [];
  readonly parsed: ParsedDefinition;

  constructor(definition: CalendarDefinition) {
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
      holidays: this.readHolidays(definition),
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

  private readHours(definition: CalendarDefinition): ParsedDefinition['hours'] {
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

  private readHolidays(definition: CalendarDefinition): OwnHoliday[] {
    const read = definition.holidays.flatMap((holiday, index) => {
      const on = parseDayRule(holiday.date);
      if (on === null) {
        this.problem(`holidays[${index}].date`, `"${holiday.date}" ${NO_DAY}`);
        return [];
      }
      const {
        name,
        scope = 'own',
        law = null,
        fromYear = -Infinity,
        untilYear = Infinity,
      } = holiday;
      if (fromYear > untilYear)
        this.problem(`holidays[${index}].untilYear`, 'lies before fromYear');
      return [{ on, name, scope, law, fromYear, untilYear }];
    });
    return read.sort((a, b) => Number(a.on.kind === 'once') - Number(b.on.kind === 'once'));
  }

  private readSpecialDays(definition: CalendarDefinition): SpecialDay[] {
    const seen = new Set<string>();
    const read = definition.specialDays.flatMap((special, index) => {
      const path = `specialDays[${index}]`;
      const on = parseDayRule(special.date);
      const intervals = this.readIntervals(special.intervals, `${path}.intervals`);
      if (on === null) {
        this.problem(`${path}.date`, `"${special.date}" ${NO_DAY}`);
        return [];
      }
      if (seen.has(special.date)) this.problem(`${path}.date`, `${special.date} is named twice`);
      seen.add(special.date);
      if (special.closed && intervals.length > 0)
        this.problem(path, 'is closed and has intervals: which one?');
      if (special.businessDay === true && (special.closed || intervals.length === 0))
        this.problem(`${path}.businessDay`, 'a business day needs an opening');
      const { name, businessDay } = special;
      return [{ on, name, intervals: special.closed ? [] : intervals, businessDay }];
    });
    return read.sort((a, b) => Number(a.on.kind === 'once') - Number(b.on.kind === 'once'));
  }
}

const NO_DAY = 'is no date YYYY-MM-DD, --MM-DD or easter-46';

/** The optional days' rules that a calendar keeps, and the national ones if it keeps those. */
export function keptRules(definition: ParsedDefinition): typeof HOLIDAY_RULES {
  return HOLIDAY_RULES.filter((rule) =>
    rule.optional === undefined
      ? definition.nationalHolidays
      : definition.optionalDays[rule.optional],
  );
}
