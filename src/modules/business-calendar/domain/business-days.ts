import type { BusinessCalendar, CalendarDay } from './business-calendar.js';
import { CalendarRangeError, yearOf } from './civil-day.js';
import { weekdayName, type Language } from './day-names.js';

/** A day that a count passed over. */
export interface SkippedDay {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly kind: CalendarDay['cause']['kind'];
  /** pt-BR: "sábado", "feriado, Consciência Negra", "ponto facultativo, Corpus Christi". */
  readonly why: string;
  readonly whyEn: string;
}

/** A date to keep, with its reasons. */
export interface DueDate {
  readonly dueAt: Date;
  /** The civil day of receipt, in the calendar's zone: never counted (D15). */
  readonly receivedOn: string;
  /** Another day than `receivedOn` where a counting variant moved the receipt to the next business day. */
  readonly countsAsReceivedOn: string;
  /** Civil days YYYY-MM-DD in order; the last one is the day that is due. */
  readonly daysCounted: readonly string[];
  /** Between receipt and due day, in order. */
  readonly daysSkipped: readonly SkippedDay[];
}

/**
 * The ways to count, by name (D15 is `civil`): what comes after the close of a business day, or on a day that is none,
 * counts as received on the day itself, or with `after_hours_next_day` on the next business day.
 */
export type CountingVariant = 'civil' | 'after_hours_next_day';

/** More business days than any promise holds; a longer count is a mistake. */
export const MAX_BUSINESS_DAYS = 2_500;

/**
 * The instant at which `businessDays` (1 to 2,500) are over, as D15 counts and Código Civil art. 132 before it: the civil
 * day of receipt is left out whatever the hour, the last day is in, and it is due at the close of service of that day.
 * `counting` names another variant. CalendarRangeError for a count that is none and where the count leaves 2003–2199.
 */
export function addBusinessDays(
  calendar: BusinessCalendar,
  receivedAt: Date,
  businessDays: number,
  counting: CountingVariant = 'civil',
): DueDate {
  if (!Number.isInteger(businessDays) || businessDays < 1 || businessDays > MAX_BUSINESS_DAYS) {
    throw new CalendarRangeError(
      `A count of business days is a whole number from 1 to ${MAX_BUSINESS_DAYS}, not ${businessDays}.`,
    );
  }
  const received = calendar.day(calendar.dayAt(validInstant(receivedAt)));
  let countsAsReceivedOn = received.date;
  const daysCounted: string[] = [];
  const daysSkipped: SkippedDay[] = [];
  let table = calendar.year(yearOf(received.day));
  let index = received.day - table.firstDay;
  // The day that stands for the day of receipt is excluded like it, so it is looked for among those that come next.
  let standsFor =
    counting === 'civil' || (received.businessDay && receivedAt.getTime() < received.closesAt);
  for (;;) {
    index += 1;
    if (index === table.days.length) {
      table = calendar.year(table.year + 1);
      index = 0;
    }
    const day = table.days[index]!;
    if (!day.businessDay) {
      daysSkipped.push(skippedDay(day));
      continue;
    }
    if (!standsFor) {
      standsFor = true;
      countsAsReceivedOn = day.date;
      continue;
    }
    if (daysCounted.push(day.date) === businessDays) {
      return {
        dueAt: new Date(day.closesAt),
        receivedOn: received.date,
        countsAsReceivedOn,
        daysCounted,
        daysSkipped,
      };
    }
  }
}

/** Epoch milliseconds; CalendarRangeError for an invalid Date, which would silently count from nowhere. */
export function validInstant(at: Date): number {
  const instant = at.getTime();
  if (Number.isNaN(instant))
    throw new CalendarRangeError('An instant is needed; got an invalid date.');
  return instant;
}

const skipped = new WeakMap<CalendarDay, SkippedDay>();

/** How a day that gives nothing is named in explanations. */
export function skippedDay(day: CalendarDay): SkippedDay {
  let known = skipped.get(day);
  if (known === undefined) {
    known = {
      date: day.date,
      kind: day.cause.kind,
      why: whyNotCounted(day, 'ptBR'),
      whyEn: whyNotCounted(day, 'en'),
    };
    skipped.set(day, known);
  }
  return known;
}

/** Why a day is no business day: "domingo", "feriado, Natal", "sábado; feriado, Natal", "fechado, inventário". */
export function whyNotCounted(day: CalendarDay, language: Language): string {
  const cause = causeInWords(day, language);
  const weekday = weekdayName(day.day, language);
  if (cause === null) {
    if (!day.businessWeekday) return weekday;
    return language === 'ptBR' ? `${weekday} sem atendimento` : `${weekday} without service`;
  }
  return day.businessWeekday ? cause : `${weekday}; ${cause}`;
}

/** The holiday or special day in words; null on a plain weekday. */
export function causeInWords(day: CalendarDay, language: Language): string | null {
  const { cause } = day;
  if (cause.kind === 'weekday') return null;
  const name = 'nameEn' in cause && language === 'en' ? cause.nameEn : cause.name;
  const kind = cause.kind === 'special' && day.segments.length === 0 ? 'closed' : cause.kind;
  return `${CAUSE_WORDS[kind][language]}, ${name}`;
}

const CAUSE_WORDS = {
  national: { ptBR: 'feriado', en: 'holiday' },
  own: { ptBR: 'feriado', en: 'holiday' },
  imported: { ptBR: 'feriado', en: 'holiday' },
  state: { ptBR: 'feriado estadual', en: 'state holiday' },
  municipal: { ptBR: 'feriado municipal', en: 'municipal holiday' },
  optional: { ptBR: 'ponto facultativo', en: 'optional day off' },
  closed: { ptBR: 'fechado', en: 'closed' },
  special: { ptBR: 'horário especial', en: 'special hours' },
} as const;
