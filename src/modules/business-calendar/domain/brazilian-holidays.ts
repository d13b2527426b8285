import { dayNumberOf, type DayNumber, requireYear } from './civil-day.js';

/** Which switch of a calendar turns an optional day (ponto facultativo) off or on. */
export type OptionalDaySwitch = 'carnivalMonday' | 'carnivalTuesday' | 'corpusChristi';

export interface HolidayRule {
  readonly on:
    | { readonly kind: 'fixed'; readonly month: number; readonly day: number }
    | { readonly kind: 'easter'; readonly offsetDays: number };
  readonly name: string;
  readonly nameEn: string;
  /** The law it stands on. */
  readonly law: string;
  /** First year of effect, where it lies after 2003. */
  readonly sinceYear?: number;
  /** Set: a day off by custom only (ponto facultativo), with a switch of its own. */
  readonly optional?: OptionalDaySwitch;
}

const LEI_662 = 'Lei 662/1949';
const CUSTOM = 'ponto facultativo, sem lei nacional';

/**
 * National holidays and the three optional days, in the order of the year. Years begin with 2003, the first one under
 * Lei 10.607/2002 (which made Tiradentes and Finados part of Lei 662/1949 again): before it other lists were in force.
 * Good Friday is a holiday by municipal laws under Lei 9.093/1995, everywhere: taken as national (D16).
 */
export const HOLIDAY_RULES: readonly HolidayRule[] = [
  { on: fixed(1, 1), name: 'Confraternização Universal', nameEn: "New Year's Day", law: LEI_662 },
  {
    on: easter(-48),
    name: 'Segunda-feira de Carnaval',
    nameEn: 'Carnival Monday',
    law: CUSTOM,
    optional: 'carnivalMonday',
  },
  {
    on: easter(-47),
    name: 'Terça-feira de Carnaval',
    nameEn: 'Carnival Tuesday',
    law: CUSTOM,
    optional: 'carnivalTuesday',
  },
  { on: easter(-2), name: 'Sexta-feira Santa', nameEn: 'Good Friday', law: 'Lei 9.093/1995' },
  {
    on: fixed(4, 21),
    name: 'Tiradentes',
    nameEn: 'Tiradentes Day',
    law: 'Lei 662/1949, Lei 10.607/2002',
  },
  { on: fixed(5, 1), name: 'Dia do Trabalho', nameEn: 'Labour Day', law: LEI_662 },
  {
    on: easter(60),
    name: 'Corpus Christi',
    nameEn: 'Corpus Christi',
    law: CUSTOM,
    optional: 'corpusChristi',
  },
  { on: fixed(9, 7), name: 'Independência do Brasil', nameEn: 'Independence Day', law: LEI_662 },
  {
    on: fixed(10, 12),
    name: 'Nossa Senhora Aparecida',
    nameEn: 'Our Lady of Aparecida',
    law: 'Lei 6.802/1980',
    sinceYear: 1980,
  },
  {
    on: fixed(11, 2),
    name: 'Finados',
    nameEn: "All Souls' Day",
    law: 'Lei 662/1949, Lei 10.607/2002',
  },
  {
    on: fixed(11, 15),
    name: 'Proclamação da República',
    nameEn: 'Proclamation of the Republic',
    law: LEI_662,
  },
  {
    on: fixed(11, 20),
    name: 'Consciência Negra',
    nameEn: 'Black Awareness Day',
    law: 'Lei 14.759/2023',
    sinceYear: 2024,
  },
  { on: fixed(12, 25), name: 'Natal', nameEn: 'Christmas Day', law: LEI_662 },
];

/** The day a rule names in `year`; null before its law took effect. */
export function dayOfRule(rule: HolidayRule, year: number): DayNumber | null {
  if (rule.sinceYear !== undefined && year < rule.sinceYear) return null;
  return rule.on.kind === 'fixed'
    ? dayNumberOf(year, rule.on.month, rule.on.day)
    : easterSunday(year) + rule.on.offsetDays;
}

/** The rules in effect in `year` with their days, in order of the date. CalendarRangeError outside 2003–2199. */
export function brazilianHolidays(
  year: number,
): { readonly day: DayNumber; readonly rule: HolidayRule }[] {
  requireYear(year);
  return HOLIDAY_RULES.flatMap((rule) => {
    const day = dayOfRule(rule, year);
    return day === null ? [] : [{ day, rule }];
  }).sort((a, b) => a.day - b.day);
}

/** Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8; "anonymous" computus). */
export function easterSunday(year: number): DayNumber {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const leapCenturies = Math.floor(century / 4);
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - leapCenturies - moonCorrection + 15) % 30;
  const weekdayShift =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const lateCorrection = Math.floor((golden + 11 * epact + 22 * weekdayShift) / 451);
  const sum = epact + weekdayShift - 7 * lateCorrection + 114;
  return dayNumberOf(year, Math.floor(sum / 31), (sum % 31) + 1);
}

function fixed(month: number, day: number): HolidayRule['on'] {
  return { kind: 'fixed', month, day };
}

function easter(offsetDays: number): HolidayRule['on'] {
  return { kind: 'easter', offsetDays };
}
