/**
 * The other calculation of deadlines: walks day by day and minute by minute, as a person with a wall calendar and a clock
 * would. It is slow on purpose and shares neither code nor holiday list with the product, so that the two can only agree
 * where both are right. Times are epoch milliseconds, days are counted from 1970-01-01.
 */

export interface NaiveHoliday {
  /** `YYYY-MM-DD`, `--MM-DD` or `easter+N`. */
  readonly date: string;
  readonly fromYear?: number;
  readonly untilYear?: number;
}

export interface NaiveSpecialDay {
  readonly date: string;
  readonly hours: readonly (readonly [from: string, to: string])[];
  readonly businessDay?: boolean;
}

export interface NaiveDefinition {
  readonly zone: string;
  /** Monday first; seven lists of [from, to). */
  readonly week: readonly (readonly (readonly [from: string, to: string])[])[];
  /** 0 = Monday. */
  readonly businessWeekdays: readonly number[];
  readonly national: boolean;
  readonly carnivalMonday: boolean;
  readonly carnivalTuesday: boolean;
  readonly corpusChristi: boolean;
  readonly holidays: readonly NaiveHoliday[];
  readonly special: readonly NaiveSpecialDay[];
}

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;

/** What the wall clock shows: one question to the runtime a day, by the minute where the answer changes in it. */
export class NaiveZone {
  private readonly days = new Map<number, number>();
  private readonly minutes = new Map<number, number>();
  /** The day that was asked for last, and its offset where it has only one. */
  private lastDay = NaN;
  private lastOffset: number | null = null;

  constructor(private readonly zone: string) {}

  /** Minutes to add to UTC at a UTC minute. */
  offsetAt(utcMinute: number): number {
    const day = Math.floor(utcMinute / DAY_MINUTES);
    if (day !== this.lastDay) {
      this.lastDay = day;
      const before = this.atMidnight(day);
      this.lastOffset = before === this.atMidnight(day + 1) ? before : null;
    }
    if (this.lastOffset !== null) return this.lastOffset;
    let offset = this.minutes.get(utcMinute);
    if (offset === undefined) {
      offset = this.ask(utcMinute);
      this.minutes.set(utcMinute, offset);
    }
    return offset;
  }

  private atMidnight(day: number): number {
    let offset = this.days.get(day);
    if (offset === undefined) {
      offset = this.ask(day * DAY_MINUTES);
      this.days.set(day, offset);
    }
    return offset;
  }

  private ask(utcMinute: number): number {
    const instant = Temporal.Instant.fromEpochMilliseconds(utcMinute * MINUTE);
    return instant.toZonedDateTimeISO(this.zone).offsetNanoseconds / 60e9;
  }
}

interface NaiveDay {
  /** Minutes of the wall clock, [from, to). */
  readonly open: readonly (readonly [number, number])[];
  readonly counts: boolean;
}

export class NaiveCalendar {
  private readonly zone: NaiveZone;
  private readonly days = new Map<number, NaiveDay>();
  private readonly closes = new Map<number, number>();

  constructor(private readonly definition: NaiveDefinition) {
    this.zone = new NaiveZone(definition.zone);
  }

  /** D15 and its variant: due at the last minute of service of the n-th business day after the day of receipt. */
  businessDays(receivedAt: number, days: number, variant: string): number {
    let day = this.localDay(receivedAt);
    if (variant === 'after_hours_next_day' && !(this.counts(day) && receivedAt < this.close(day))) {
      do day += 1;
      while (!this.counts(day));
    }
    for (let left = days; left > 0;) {
      day += 1;
      if (this.counts(day)) left -= 1;
    }
    return this.close(day);
  }

  /** D16: minute after minute, counting those in which somebody is there and the clock does not stand still. */
  businessTime(
    start: number,
    milliseconds: number,
    pauses: readonly (readonly [from: number, to: number])[],
  ): number {
    let at = start;
    let left = milliseconds;
    for (;;) {
      let next = (Math.floor(at / MINUTE) + 1) * MINUTE;
      let paused = false;
      for (const [from, to] of pauses) {
        if (from <= at && at < to) paused = true;
        if (from > at && from < next) next = from;
        if (to > at && to < next) next = to;
      }
      if (!paused && this.isOpen(Math.floor(at / MINUTE))) {
        if (left <= next - at) return at + left;
        left -= next - at;
      }
      at = next;
    }
  }

  /** Changes of the clock between two instants, to put cases near them. */
  clockChanges(from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = from; at < to; at += 24 * 60 * MINUTE) {
      const next = at + 24 * 60 * MINUTE;
      if (this.zone.offsetAt(at / MINUTE) !== this.zone.offsetAt(next / MINUTE)) found.push(at);
    }
    return found;
  }

  private isOpen(utcMinute: number): boolean {
    const local = utcMinute + this.zone.offsetAt(utcMinute);
    const day = Math.floor(local / DAY_MINUTES);
    const minute = local - day * DAY_MINUTES;
    for (const [from, to] of this.day(day).open) if (from <= minute && minute < to) return true;
    return false;
  }

  private localDay(instant: number): number {
    const minute = Math.floor(instant / MINUTE);
    return Math.floor((minute + this.zone.offsetAt(minute)) / DAY_MINUTES);
  }

  /** A day whose every opening the zone skipped has no close, so it does not count. */
  private counts(day: number): boolean {
    return this.day(day).counts && !Number.isNaN(this.close(day));
  }

  /** The end of the last real minute that shows a time of service on this day. */
  private close(day: number): number {
    let close = this.closes.get(day);
    if (close === undefined) {
      close = NaN;
      const midnight = day * DAY_MINUTES;
      // No zone is more than 14 hours from UTC.
      for (let minute = midnight + 39 * 60; minute > midnight - 15 * 60; minute -= 1) {
        const local = minute + this.zone.offsetAt(minute);
        if (Math.floor(local / DAY_MINUTES) === day && this.isOpen(minute)) {
          close = (minute + 1) * MINUTE;
          break;
        }
      }
      this.closes.set(day, close);
    }
    return close;
  }

  private day(day: number): NaiveDay {
    let known = this.days.get(day);
    if (known === undefined) {
      known = this.lookUp(day);
      this.days.set(day, known);
    }
    return known;
  }

  private lookUp(day: number): NaiveDay {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    const weekday = (new Date(day * 86_400_000).getUTCDay() + 6) % 7;
    const usual = this.definition.week[weekday]!;
    const businessWeekday = this.definition.businessWeekdays.includes(weekday);
    const special =
      this.definition.special.find((one) => one.date === date) ??
      (usual.length > 0
        ? this.definition.special.find((one) => names(one.date, date) && one.date.length !== 10)
        : undefined);
    if (special !== undefined) {
      return {
        open: special.hours.map(asMinutes),
        counts: (special.businessDay ?? businessWeekday) && special.hours.length > 0,
      };
    }
    if (this.isHoliday(date)) return { open: [], counts: false };
    return { open: usual.map(asMinutes), counts: businessWeekday && usual.length > 0 };
  }

  private isHoliday(date: string): boolean {
    const year = Number(date.slice(0, 4));
    const { national, carnivalMonday, carnivalTuesday, corpusChristi } = this.definition;
    if (national) {
      if (NATIONAL.includes(date.slice(5))) return true;
      if (date.slice(5) === '11-20' && year >= 2024) return true;
      if (names('easter-2', date)) return true;
    }
    if (carnivalMonday && names('easter-48', date)) return true;
    if (carnivalTuesday && names('easter-47', date)) return true;
    if (corpusChristi && names('easter+60', date)) return true;
    return this.definition.holidays.some(
      (one) =>
        names(one.date, date) && year >= (one.fromYear ?? 0) && year <= (one.untilYear ?? 9_999),
    );
  }
}

/** As printed in the year planners: 1 January, Tiradentes, 1 May, 7 September, 12 October, Finados, 15 November, Natal. */
const NATIONAL = ['01-01', '04-21', '05-01', '09-07', '10-12', '11-02', '11-15', '12-25'];

function names(rule: string, date: string): boolean {
  if (rule.startsWith('--')) return date.slice(5) === rule.slice(2);
  if (!rule.startsWith('easter')) return rule === date;
  const easter = easterSunday(Number(date.slice(0, 4)));
  const days = Number(rule.slice('easter'.length));
  return new Date(easter + days * 86_400_000).toISOString().slice(0, 10) === date;
}

const easters = new Map<number, number>();

/**
 * Easter by the church's own steps (Inter gravissimas, 1582) and no closed formula: the golden number and the epact give
 * the full moon, the next Sunday is Easter. Good for 1900–2199, where the moon equation of 2100 and the leap day left out
 * in that year cancel out.
 */
export function easterSunday(year: number): number {
  let known = easters.get(year);
  if (known !== undefined) return known;
  const golden = (year % 19) + 1;
  // Epacts of 1900–2199 for golden numbers 1 to 19, as printed in the breviary.
  const epact = [29, 10, 21, 2, 13, 24, 5, 16, 27, 8, 19, 30, 11, 22, 3, 14, 25, 6, 17][
    golden - 1
  ]!;
  // The paschal full moon is the fourteenth day of the first moon that is full on or after 21 March: 44 March less epact.
  let march = 44 - epact;
  if (march < 21) march += 30;
  // Two full moons of one calendar day within nineteen years are told apart by a day earlier.
  if (epact === 24 || (epact === 25 && golden > 11)) march = epact === 24 ? 49 : 48;
  let at = Date.UTC(year, 2, march);
  do at += 86_400_000;
  while (new Date(at).getUTCDay() !== 0);
  easters.set(year, at);
  known = at;
  return known;
}

function asMinutes([from, to]: readonly [string, string]): readonly [number, number] {
  const minute = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return [minute(from), minute(to)];
}
