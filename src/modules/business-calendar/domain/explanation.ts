import type { BusinessCalendar } from './business-calendar.js';
import { causeInWords, type DueDate, type SkippedDay } from './business-days.js';
import {
  civilDateOf,
  MS_PER_DAY,
  MS_PER_MINUTE,
  parseIsoDay,
  yearOf,
  type DayNumber,
} from './civil-day.js';
import { serviceDays, type Pause, type ServiceDay } from './service-days.js';
import { clockTime, longDatePt, shortDate, weekdayName, type Language } from './day-names.js';
import { ZoneOffsets } from './zone-offsets.js';

/** One sentence that a customer would accept, in both languages. */
export interface Explanation {
  readonly ptBR: string;
  readonly en: string;
}

/** What set a deadline going; the explanation begins with it. */
export type Beginning = 'received' | 'answered' | 'escalated' | 'reopened';

const BEGAN: Readonly<Record<Beginning, Explanation>> = {
  received: { ptBR: 'Recebido', en: 'Received' },
  answered: { ptBR: 'Respondido', en: 'Answered' },
  escalated: { ptBR: 'Direcionado', en: 'Escalated' },
  reopened: { ptBR: 'Reaberto', en: 'Reopened' },
};

/** Up to this many days are named one by one; longer counts name the first and the last. */
const MAX_NAMED_DAYS = 10;

/**
 * "Recebido sexta 20/11 às 19:40 (feriado, Consciência Negra); contam segunda 23, terça 24, quarta 25; prazo quarta 25/11
 * às 18:00". Weekends are not spoken of, with or without a holiday; holidays that cost a day are. Years appear where they differ.
 */
export function explainBusinessDays(
  calendar: BusinessCalendar,
  receivedAt: Date,
  due: DueDate,
  began: Beginning = 'received',
): Explanation {
  return inBothLanguages((language) => {
    const withYear = !due.daysCounted.at(-1)!.startsWith(due.receivedOn.slice(0, 4));
    const parts = [
      beganPart(calendar, began, receivedAt, language, withYear),
      ...movedPart(due, language),
      countedPart(due, language),
    ];
    parts.push(...holidaysPart(calendar, due.daysSkipped, language));
    parts.push(duePart(calendar, due.dueAt, language, withYear));
    return parts.join('; ');
  });
}

/**
 * "Recebido sexta 13/11 às 17:00; contam 2 h 30 min de atendimento (sexta 13: 1 h, segunda 16: 1 h 30 min); prazo segunda
 * 16/11 às 10:30". Pauses are said: "não conta a espera de terça 17/11 às 10:00 a quarta 18/11 às 09:30".
 */
export function explainBusinessMinutes(
  calendar: BusinessCalendar,
  receivedAt: Date,
  minutes: number,
  dueAt: Date,
  how: { readonly began?: Beginning; readonly pauses?: readonly Pause[] } = {},
): Explanation {
  const { began = 'received', pauses = [] } = how;
  const withYear =
    yearOf(calendar.dayAt(receivedAt.getTime())) !== yearOf(calendar.dayAt(dueAt.getTime()));
  const { counted, skipped } = serviceDays(calendar, receivedAt, dueAt, pauses);
  return inBothLanguages((language) =>
    [
      beganPart(calendar, began, receivedAt, language, withYear),
      servicePart(minutes, counted, language),
      ...holidaysPart(calendar, skipped, language),
      ...pauses.map((pause) => pausePart(calendar, pause, language)),
      duePart(calendar, dueAt, language, withYear),
    ].join('; '),
  );
}

/** Working days that something took away; weekends need no words. */
function holidaysPart(
  calendar: BusinessCalendar,
  skipped: readonly SkippedDay[],
  language: Language,
): string[] {
  const pt = language === 'ptBR';
  const named = skipped
    .map((day) => ({ ...day, number: parseIsoDay(day.date)! }))
    .filter(({ kind, number }) => kind !== 'weekday' && calendar.day(number).businessWeekday)
    .map(
      ({ number, why, whyEn }) =>
        `${weekdayAndDate(number, language, false)} (${pt ? why : whyEn})`,
    );
  if (named.length === 0) return [];
  const notCounted = named.length === 1 ? 'não conta' : 'não contam';
  return [`${pt ? notCounted : 'not counted:'} ${named.join(', ')}`];
}

/** Days are named where there are several and they fit a sentence. */
function servicePart(minutes: number, days: readonly ServiceDay[], language: Language): string {
  const whole = durationInWords(minutes);
  const named = days
    .map((day) => {
      const number = parseIsoDay(day.date)!;
      return `${weekdayName(number, language)} ${civilDateOf(number).day}: ${durationInWords(day.minutes)}`;
    })
    .join(', ');
  const list = days.length > 1 && days.length <= MAX_NAMED_DAYS ? ` (${named})` : '';
  return language === 'ptBR'
    ? `contam ${whole} de atendimento${list}`
    : `${whole} of service time count${list}`;
}

function pausePart(calendar: BusinessCalendar, pause: Pause, language: Language): string {
  const [from, to] = [pause.from, pause.to].map((at) =>
    pointInWords(wallClock(calendar.offsets, at), language, false),
  ) as [string, string];
  return language === 'ptBR'
    ? `não conta a espera de ${from} a ${to}`
    : `the wait from ${from} to ${to} does not count`;
}

/** "quarta-feira, 25 de novembro de 2026, até as 18h" in `zone`; midnight reads as the end of the day before it. */
export function promiseInWords(dueAt: Date, zone: string): string {
  const { day, minute } = wallClock(ZoneOffsets.of(zone), dueAt);
  if (minute === 0) return `${longDatePt(day - 1)}, até as 24h`;
  const hour = Math.floor(minute / 60);
  const rest = minute % 60 === 0 ? '' : String(minute % 60).padStart(2, '0');
  return `${longDatePt(day)}, até ${hour <= 1 ? 'a' : 'as'} ${hour}h${rest}`;
}

function inBothLanguages(say: (language: Language) => string): Explanation {
  return { ptBR: say('ptBR'), en: say('en') };
}

function beganPart(
  calendar: BusinessCalendar,
  began: Beginning,
  at: Date,
  language: Language,
  withYear: boolean,
): string {
  const point = wallClock(calendar.offsets, at);
  const cause = causeInWords(calendar.day(point.day), language);
  const note = cause === null ? '' : ` (${cause})`;
  return `${BEGAN[began][language]} ${pointInWords(point, language, withYear)}${note}`;
}

function duePart(
  calendar: BusinessCalendar,
  dueAt: Date,
  language: Language,
  withYear: boolean,
): string {
  const { day, minute, repeated } = wallClock(calendar.offsets, dueAt);
  // A service that closes at 24:00 is due at the end of that day, not at the beginning of the next one.
  const point =
    minute === 0 ? { day: day - 1, minute: 24 * 60, repeated: null } : { day, minute, repeated };
  const { cause } = calendar.day(point.day);
  // Special hours are why it is not the close that one is used to.
  const special =
    cause.kind === 'special' ? ` (${causeInWords(calendar.day(point.day), language)})` : '';
  return `${language === 'ptBR' ? 'prazo' : 'due'} ${pointInWords(point, language, withYear)}${special}`;
}

/** Under `after_hours_next_day`: "conta como recebido segunda 23/11". */
function movedPart(due: DueDate, language: Language): string[] {
  if (due.countsAsReceivedOn === due.receivedOn) return [];
  const day = weekdayAndDate(parseIsoDay(due.countsAsReceivedOn)!, language, false);
  return [language === 'ptBR' ? `conta como recebido ${day}` : `counts as received ${day}`];
}

/** "segunda 23, terça 24"; the month is said again when it changes: "segunda 30, terça 01/12". */
function countedPart(due: DueDate, language: Language): string {
  const days = due.daysCounted.map((date) => parseIsoDay(date)!);
  const pt = language === 'ptBR';
  if (days.length > MAX_NAMED_DAYS) {
    const [first, last] = [days[0]!, days.at(-1)!].map((day) =>
      weekdayAndDate(day, language, yearOf(days[0]!) !== yearOf(days.at(-1)!)),
    ) as [string, string];
    return pt
      ? `contam ${days.length} dias úteis, de ${first} a ${last}`
      : `${days.length} business days count, from ${first} to ${last}`;
  }
  let month = civilDateOf(parseIsoDay(due.receivedOn)!).month;
  const named = days.map((day) => {
    const date = civilDateOf(day);
    const sameMonth = date.month === month;
    month = date.month;
    return sameMonth
      ? `${weekdayName(day, language)} ${date.day}`
      : weekdayAndDate(day, language, false);
  });
  return `${pt ? (days.length === 1 ? 'conta' : 'contam') : 'counting'} ${named.join(', ')}`;
}

/** "sexta 20/11 às 19:40" or "Friday 20 Nov at 19:40". */
function pointInWords(point: WallClock, language: Language, withYear: boolean): string {
  const joint = language === 'en' ? 'at' : point.minute < 120 ? 'à' : 'às';
  const which = point.repeated === null ? '' : ` (${REPEATED[point.repeated][language]})`;
  return `${weekdayAndDate(point.day, language, withYear)} ${joint} ${clockTime(point.minute)}${which}`;
}

interface WallClock {
  readonly day: DayNumber;
  /** Since midnight, rounded down: what is said never lies after what is meant. */
  readonly minute: number;
  /** Where the clock shows this time twice: which of them it is. */
  readonly repeated: 'first' | 'second' | null;
}

const REPEATED: Readonly<Record<'first' | 'second', Explanation>> = {
  first: { ptBR: 'antes de o relógio voltar', en: 'before the clock goes back' },
  second: { ptBR: 'depois de o relógio voltar', en: 'after the clock went back' },
};

function wallClock(offsets: ZoneOffsets, at: Date): WallClock {
  const local = offsets.localOf(at.getTime());
  const day = Math.floor(local / MS_PER_DAY);
  const minute = Math.floor((local - day * MS_PER_DAY) / MS_PER_MINUTE);
  return { day, minute, repeated: offsets.repetition(at.getTime()) };
}

function weekdayAndDate(day: DayNumber, language: Language, withYear: boolean): string {
  return `${weekdayName(day, language)} ${shortDate(day, language, withYear)}`;
}

function durationInWords(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole === 0) return '0 min';
  const hours = Math.floor(whole / 60);
  const rest = whole - hours * 60;
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : '']
    .filter((part) => part !== '')
    .join(' ');
}
