import { CalendarConfig } from '../../../src/config/index.js';
import {
  addBusinessDays,
  addBusinessMinutes,
  businessCalendar,
  businessMinutesBetween,
  subtractBusinessMinutes,
  type BusinessCalendar,
} from '../../../src/modules/business-calendar/index.js';
import { dueAfterPause } from '../../../src/modules/sla/domain/due-date.js';
import { NaiveCalendar, type NaiveDefinition } from './naive.js';

export type CaseKind = 'business-days' | 'business-time';

/** Where both calculations did not agree; enough to count it again by hand. */
export interface Difference {
  readonly kind: CaseKind;
  readonly definition: NaiveDefinition;
  readonly question: unknown;
  readonly naive: string;
  readonly fast: string;
}

/** Cases that share a calendar and a span of years, so that its tables are made once. */
export const CHUNK = 1_000;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const YEARS_IN_CHUNK = 6;

const ZONES = [
  'America/Sao_Paulo',
  'America/Sao_Paulo',
  'America/Manaus',
  'America/Rio_Branco',
  'America/Noronha',
  'America/New_York',
  'America/St_Johns',
  'Europe/Lisbon',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
];

type Hours = readonly (readonly [string, string])[];
const DAY: readonly Hours[] = [
  [['09:00', '18:00']],
  [
    ['09:00', '12:00'],
    ['13:30', '18:00'],
  ],
  [['08:00', '18:00']],
  [
    ['00:00', '03:30'],
    ['22:00', '24:00'],
  ],
  [['00:00', '24:00']],
  [
    ['07:15', '11:45'],
    ['12:00', '15:20'],
    ['19:00', '21:01'],
  ],
];
const SATURDAYS: readonly Hours[] = [[], [['09:00', '18:00']], [['09:00', '13:00']]];

/** Numerical Recipes' generator, stirred once: the same numbers for the same seed on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed ^ (seed >>> 15), 2_246_822_519) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Runs `count` cases of one chunk. The same seed, kind and chunk give the same cases. `plant` makes a mistake in what the
 * fast calculation is given, to show that it would be seen.
 */
export function runChunk(
  kind: CaseKind,
  seed: number,
  chunk: number,
  count: number,
  plant: (definition: NaiveDefinition) => NaiveDefinition = (definition) => definition,
): Difference[] {
  const next = numbers(seed + chunk * 7_919 + (kind === 'business-days' ? 0 : 104_729));
  // Business days over all years; minutes over those whose clock changes are known.
  const lastYear = kind === 'business-days' ? 2_198 - YEARS_IN_CHUNK : 2_040;
  const firstYear =
    kind === 'business-days' && next(2) === 0 ? 2_003 + next(40) : 2_003 + next(lastYear - 2_003);
  const definition = someDefinition(next, firstYear);
  const naive = new NaiveCalendar(definition);
  const fast = businessCalendar(asConfig(plant(definition)));
  const span = { from: Date.UTC(firstYear, 0, 3), years: YEARS_IN_CHUNK };
  const changes = naive.clockChanges(span.from, span.from + span.years * 365 * DAY_MS);
  const found: Difference[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = someInstant(next, span, changes);
    const difference =
      kind === 'business-days'
        ? businessDayCase(next, naive, fast, at)
        : businessTimeCase(next, naive, fast, at);
    if (difference !== null) found.push({ kind, definition, ...difference });
  }
  return found;
}

type Answers = Pick<Difference, 'question' | 'naive' | 'fast'> | null;

function businessDayCase(
  next: (below: number) => number,
  naive: NaiveCalendar,
  fast: BusinessCalendar,
  at: number,
): Answers {
  const days = next(10) === 0 ? 1 + next(120) : 1 + next(12);
  const variant = next(4) === 0 ? 'after_hours_next_day' : 'civil';
  const expected = naive.businessDays(at, days, variant);
  const got = addBusinessDays(fast, new Date(at), days, variant).dueAt.getTime();
  return compare({ receivedAt: iso(at), days, variant }, expected, got);
}

function businessTimeCase(
  next: (below: number) => number,
  naive: NaiveCalendar,
  fast: BusinessCalendar,
  at: number,
): Answers {
  const minutes = next(5) === 0 ? 1 + next(3_000) : 1 + next(600);
  const pauses = somePauses(next, at);
  const expected = naive.businessTime(at, minutes * MINUTE_MS, pauses);
  let due = addBusinessMinutes(fast, new Date(at), minutes);
  if (pauses.length === 0) {
    const back = subtractBusinessMinutes(fast, due, minutes);
    const agrees =
      businessMinutesBetween(fast, new Date(at), due) === minutes &&
      businessMinutesBetween(fast, back, due) === minutes;
    if (!agrees)
      return { question: { at: iso(at), minutes }, naive: 'agrees', fast: 'there and back differ' };
  }
  for (const [from, to] of pauses) {
    if (from < due.getTime()) due = dueAfterPause(fast, due, new Date(from), new Date(to));
  }
  return compare(
    { at: iso(at), minutes, pauses: pauses.map((pause) => pause.map(iso)) },
    expected,
    due.getTime(),
  );
}

function compare(question: unknown, expected: number, got: number): Answers {
  return expected === got ? null : { question, naive: iso(expected), fast: iso(got) };
}

function someInstant(
  next: (below: number) => number,
  span: { from: number; years: number },
  changes: readonly number[],
): number {
  const whole = span.years * 365;
  const kind = next(10);
  let at = span.from + next(whole) * DAY_MS + next(24) * 3_600_000 + next(3_600) * 1_000;
  if (kind < 3 && changes.length > 0) {
    // Around a change of the clock.
    at = changes[next(changes.length)]! + next(4_320) * MINUTE_MS - DAY_MS;
  } else if (kind < 5) {
    // Around the end of a year.
    const year = new Date(span.from).getUTCFullYear() + 1 + next(span.years - 1);
    at = Date.UTC(year, 0, 1) + (next(20_160) - 14_400) * MINUTE_MS;
  }
  // Exactly on the minute, where intervals begin and end, or with milliseconds.
  return next(2) === 0 ? Math.floor(at / MINUTE_MS) * MINUTE_MS : at + next(1_000);
}

function somePauses(next: (below: number) => number, start: number): [number, number][] {
  const pauses: [number, number][] = [];
  let at = start;
  for (let left = next(4); left > 1; left -= 1) {
    const from = at + 1 + next(2_000) * MINUTE_MS + next(60_000);
    const to = from + 1 + next(3_000) * MINUTE_MS;
    pauses.push([from, to]);
    at = to;
  }
  return pauses;
}

function someDefinition(next: (below: number) => number, year: number): NaiveDefinition {
  const weekday = DAY[next(DAY.length)]!;
  const saturday = SATURDAYS[next(SATURDAYS.length)]!;
  const withSaturday = saturday.length > 0 && next(3) === 0;
  const random = <Item>(items: readonly Item[]): Item => items[next(items.length)]!;
  return {
    zone: random(ZONES),
    week: [weekday, weekday, random(DAY), weekday, weekday, saturday, []],
    businessWeekdays: [0, 1, 2, 3, 4, ...(withSaturday ? [5] : [])],
    national: next(5) > 0,
    carnivalMonday: next(3) > 0,
    carnivalTuesday: next(3) > 0,
    corpusChristi: next(3) > 0,
    holidays: [
      { date: '--07-09' },
      { date: `--0${1 + next(9)}-${10 + next(18)}`, fromYear: year + 2 },
      { date: '--02-29' },
      { date: `easter+${1 + next(100)}`, untilYear: year + 3 },
      { date: `${year + 1}-0${1 + next(9)}-1${next(10)}` },
    ],
    special: [
      { date: 'easter-46', hours: [['14:00', '18:00']] },
      { date: '--12-24', hours: [['09:00', '12:00']] },
      { date: '--12-31', hours: next(2) === 0 ? [] : [['09:00', '12:00']] },
      { date: `${year + 1}-11-2${next(10)}`, hours: [['10:00', '11:30']], businessDay: true },
      { date: `${year + 2}-05-0${1 + next(9)}`, hours: [] },
    ],
  };
}

/** The same calendar as configuration writes it. */
function asConfig(definition: NaiveDefinition): CalendarConfig {
  const intervals = (hours: Hours) => hours.map(([from, to]) => ({ from, to }));
  const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  return Object.assign(new CalendarConfig(), {
    zone: definition.zone,
    hours: Object.fromEntries(
      names.map((name, index) => [name, intervals(definition.week[index]!)]),
    ),
    businessDays: definition.businessWeekdays.map((index) => names[index]!),
    nationalHolidays: definition.national,
    carnivalMonday: definition.carnivalMonday,
    carnivalTuesday: definition.carnivalTuesday,
    corpusChristi: definition.corpusChristi,
    holidays: definition.holidays.map((holiday) => ({ ...holiday, name: 'Feriado' })),
    specialDays: definition.special.map(({ date, hours, businessDay }) => ({
      date,
      name: 'Especial',
      closed: hours.length === 0,
      intervals: intervals(hours),
      ...(businessDay === undefined ? {} : { businessDay }),
    })),
  });
}

function iso(instant: number): string {
  return Number.isNaN(instant) ? 'never' : new Date(instant).toISOString();
}
