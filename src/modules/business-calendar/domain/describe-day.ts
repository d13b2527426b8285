import type { BusinessCalendar, CalendarDay } from './business-calendar.js';
import { causeInWords, whyNotCounted } from './business-days.js';
import { brazilianHolidays } from './brazilian-holidays.js';
import { keptRules, type HolidayScope } from './calendar-definition.js';
import {
  CalendarRangeError,
  parseIsoDay,
  weekdayOf,
  type DayNumber,
  type Weekday,
} from './civil-day.js';
import { clockTime } from './day-names.js';

/** What a calendar says about one day. */
export interface DayDescription {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly weekday: Weekday;
  readonly businessDay: boolean;
  /** `weekday`: nothing but its weekday; `special`: a special day; else whose holiday it is. */
  readonly kind: CalendarDay['cause']['kind'];
  /** The holiday's or special day's name, pt-BR; null on a plain weekday. */
  readonly name: string | null;
  /** The law of a holiday, where one is known. */
  readonly law: string | null;
  /** Wall clock HH:MM, [from, to). */
  readonly intervals: readonly { readonly from: string; readonly to: string }[];
  /** First and last instant of service; null on a day without. */
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  /** In words where it is no plain business day; null where it is. */
  readonly note: { readonly ptBR: string; readonly en: string } | null;
}

/** A holiday or optional day of a year, whether or not it takes the day off here. */
export interface HolidayOfYear {
  readonly date: string;
  readonly weekday: Weekday;
  readonly name: string;
  readonly nameEn: string;
  readonly kind: 'national' | 'optional' | HolidayScope;
  readonly law: string | null;
  /** False: an optional day that is switched off, national holidays switched off, or a special day with an opening. */
  readonly observed: boolean;
}

export interface YearOverview {
  readonly year: number;
  /** Days that count as business days (D15). */
  readonly businessDays: number;
  /** Hours of service in the year, two decimals. */
  readonly serviceHours: number;
  /** In order of the date; optional days are listed also where they are switched off. */
  readonly holidays: readonly HolidayOfYear[];
  readonly specialDays: readonly DayDescription[];
}

/** What the calendar says about the day in `date` (YYYY-MM-DD); CalendarRangeError where that is no date in 2003–2199. */
export function describeDay(calendar: BusinessCalendar, date: string): DayDescription {
  const day = parseIsoDay(date);
  if (day === null) throw new CalendarRangeError(`"${date}" is no date YYYY-MM-DD.`);
  return describe(calendar.day(day));
}

/** Holidays, special days and totals of a year; CalendarRangeError outside 2003–2199. */
export function describeYear(calendar: BusinessCalendar, year: number): YearOverview {
  const table = calendar.year(year);
  return {
    year,
    businessDays: table.days.filter((day) => day.businessDay).length,
    serviceHours: Math.round((table.serviceBefore.at(-1)! / 3_600_000) * 100) / 100,
    holidays: holidaysOf(calendar, year),
    specialDays: table.days.filter((day) => day.cause.kind === 'special').map(describe),
  };
}

function describe(day: CalendarDay): DayDescription {
  const { cause } = day;
  return {
    date: day.date,
    weekday: weekdayOf(day.day),
    businessDay: day.businessDay,
    kind: cause.kind,
    name: cause.kind === 'weekday' ? null : cause.name,
    law: 'law' in cause ? cause.law : null,
    intervals: day.intervals.map(({ fromMinute, toMinute }) => ({
      from: clockTime(fromMinute),
      to: clockTime(toMinute),
    })),
    opensAt: day.segments.length === 0 ? null : new Date(day.segments[0]!.from),
    closesAt: day.segments.length === 0 ? null : new Date(day.closesAt),
    note: noteOn(day),
  };
}

function noteOn(day: CalendarDay): DayDescription['note'] {
  if (!day.businessDay) {
    return { ptBR: whyNotCounted(day, 'ptBR'), en: whyNotCounted(day, 'en') };
  }
  const ptBR = causeInWords(day, 'ptBR');
  return ptBR === null ? null : { ptBR, en: causeInWords(day, 'en')! };
}

function holidaysOf(calendar: BusinessCalendar, year: number): HolidayOfYear[] {
  const kept = new Set(keptRules(calendar.definition));
  const closed = (day: DayNumber): boolean => calendar.day(day).segments.length === 0;
  const byLawOrCustom = brazilianHolidays(year)
    .filter(({ rule }) => kept.has(rule) || rule.optional !== undefined)
    .map(({ day, rule }) => ({
      day,
      name: rule.name,
      nameEn: rule.nameEn,
      kind: rule.optional === undefined ? ('national' as const) : ('optional' as const),
      law: rule.optional === undefined ? rule.law : null,
      observed: kept.has(rule) && closed(day),
    }));
  const named = new Map(
    calendar.ownHolidaysOf(year).map(({ day, holiday }) => [day, holiday] as const),
  );
  const ours = [...named].map(([day, { name, scope, law }]) => ({
    day,
    name,
    nameEn: name,
    kind: scope,
    law,
    observed: closed(day),
  }));
  return [...byLawOrCustom, ...ours]
    .sort((a, b) => a.day - b.day)
    .map(({ day, ...holiday }) => ({
      date: calendar.day(day).date,
      weekday: weekdayOf(day),
      ...holiday,
    }));
}
