import { easterSunday } from './brazilian-holidays.js';
import { dayNumberOf, isoOf, parseIsoDay, type DayNumber } from './civil-day.js';

/** A day as configuration names it. */
export type DayRule =
  | { readonly kind: 'once'; readonly day: DayNumber }
  | { readonly kind: 'yearly'; readonly month: number; readonly dayOfMonth: number }
  | { readonly kind: 'easter'; readonly offsetDays: number };

/** Farther from Easter no feast of the church's year lies. */
const MAX_EASTER_OFFSET = 200;

/** `YYYY-MM-DD`, `--MM-DD` or `easter`, `easter-46`; null for anything else and for days that no year has. */
export function parseDayRule(text: string): DayRule | null {
  const easter = /^easter([+-]\d{1,3})?$/.exec(text);
  if (easter !== null) {
    const offsetDays = Number(easter[1] ?? 0);
    return Math.abs(offsetDays) <= MAX_EASTER_OFFSET ? { kind: 'easter', offsetDays } : null;
  }
  const yearly = /^--(\d{2})-(\d{2})$/.exec(text);
  if (yearly !== null) {
    // 2004 is a leap year: --02-29 is a day, every fourth year.
    return parseIsoDay(`2004${text.slice(1)}`) === null
      ? null
      : { kind: 'yearly', month: Number(yearly[1]), dayOfMonth: Number(yearly[2]) };
  }
  const day = parseIsoDay(text);
  return day === null ? null : { kind: 'once', day };
}

/** The day that a rule names in `year`; null where it names none there (another year, 29 February). */
export function dayInYear(rule: DayRule, year: number): DayNumber | null {
  if (rule.kind === 'easter') return easterSunday(year) + rule.offsetDays;
  const day = rule.kind === 'once' ? rule.day : dayNumberOf(year, rule.month, rule.dayOfMonth);
  const named = isoOf(day);
  if (!named.startsWith(`${year}-`)) return null;
  return rule.kind === 'once' || Number(named.slice(5, 7)) === rule.month ? day : null;
}
