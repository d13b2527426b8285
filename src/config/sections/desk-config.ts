import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { IsWallClock, IsZone, Nested, NestedList, NestedMap } from '../fields.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Who works tickets. Members live in the database (`helpdesk agent …`), not here. */
export class QueueConfig {
  /** The name that agents see, for example `Suporte`. */
  @IsString()
  @Length(1, 80)
  name: string;

  /** Visible to members alone (D20). */
  @IsBoolean()
  private: boolean = false;

  /** Takes no new tickets; its key is kept because tickets point at it. */
  @IsBoolean()
  retired: boolean = false;
}

/** Clues in a language of their own: looked for in messages that seem to be written in it. */
export class LanguageCluesConfig {
  /** Single words, for example `invoice`. */
  @IsString({ each: true })
  @Length(2, 60, { each: true })
  words: string[] = [];

  /** Several words in this order, for example `credit card`. */
  @IsString({ each: true })
  @Length(2, 120, { each: true })
  phrases: string[] = [];
}

/** Words that point to a reason; compared without accents, upper/lower case and inflection (`boleto` finds `BOLETOS`). */
export class CluesConfig {
  /** Single words, for example `boleto`. */
  @IsString({ each: true })
  @Length(2, 60, { each: true })
  words: string[] = [];

  /** Several words in this order, for example `nota fiscal`. */
  @IsString({ each: true })
  @Length(2, 120, { each: true })
  phrases: string[] = [];

  /** Addresses or `@domain`. */
  @IsString({ each: true })
  @Matches(/^[^@\s]*@[^@\s]+$/, {
    each: true,
    message: 'each value in $property must be an address or @domain',
  })
  senders: string[] = [];

  /** For messages in English. */
  @IsOptional()
  @Nested(() => LanguageCluesConfig)
  en?: LanguageCluesConfig;

  /** For messages in Spanish. */
  @IsOptional()
  @Nested(() => LanguageCluesConfig)
  es?: LanguageCluesConfig;
}

/** Motivo de contato (D3–D5). */
export class ReasonConfig {
  /** What customers and agents read, for example `Domínios`. */
  @IsString()
  @Length(1, 80)
  label: string;

  /** Key in `queues` of those who work it. */
  @IsString()
  queue: string;

  /** Words and senders by which mail is recognised (D4). */
  @Nested(() => CluesConfig)
  clues: CluesConfig = new CluesConfig();

  /** `redirect`: pointed to another channel by template (D5). */
  @IsIn(['ticket', 'redirect'])
  action: 'ticket' | 'redirect' = 'ticket';

  /** For `redirect`: where the customer is pointed to, plain pt-BR text. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  redirectText?: string;

  /** No longer offered or inferred; its key is kept because tickets point at it. */
  @IsBoolean()
  retired: boolean = false;
}

/** One interval of service in a day, wall clock `HH:MM`, [from, to). */
export class IntervalConfig {
  /** Opening, for example `"09:00"`. */
  @IsWallClock()
  from: string;

  /** Close, for example `"18:00"`; not part of the interval. */
  @IsWallClock()
  to: string;
}

/** Service hours of a week; a missing day is closed. */
export class WeekHoursConfig {
  /** Monday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  mon?: IntervalConfig[];

  /** Tuesday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  tue?: IntervalConfig[];

  /** Wednesday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  wed?: IntervalConfig[];

  /** Thursday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  thu?: IntervalConfig[];

  /** Friday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  fri?: IntervalConfig[];

  /** Saturday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  sat?: IntervalConfig[];

  /** Sunday. */
  @IsOptional()
  @NestedList(() => IntervalConfig)
  sun?: IntervalConfig[];
}

/** A day that differs from its weekday (D16). */
export class SpecialDayConfig {
  /** YYYY-MM-DD. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day as YYYY-MM-DD' })
  date: string;

  /** What customers read, for example `Véspera de Natal`. */
  @IsString()
  @Length(1, 80)
  name: string;

  /** No service at all on this day. */
  @IsBoolean()
  closed: boolean = false;

  /** Service hours of this day instead of its weekday's. */
  @NestedList(() => IntervalConfig)
  intervals: IntervalConfig[] = [];

  /** Needed for an opening on a weekday that is no business weekday to count as a business day. */
  @IsOptional()
  @IsBoolean()
  businessDay?: boolean;
}

/** A holiday of the operator's: every year (`--MM-DD`) or once (YYYY-MM-DD). */
export class HolidayConfig {
  /** `--MM-DD` for every year, `YYYY-MM-DD` for once. */
  @Matches(/^(\d{4}|-)-\d{2}-\d{2}$/, {
    message: '$property must be a day as --MM-DD (every year) or YYYY-MM-DD (once)',
  })
  date: string;

  /** What customers read, for example `Aniversário da cidade`. */
  @IsString()
  @Length(1, 80)
  name: string;
}

/** Service hours, business days and holidays (D15, D16). */
export class CalendarConfig {
  /** IANA zone in which days begin and hours count. */
  @IsZone()
  zone: string = 'America/Sao_Paulo';

  /** Keys mon…sun; a missing day is closed. Default Mon–Fri 09:00–18:00. */
  @Nested(() => WeekHoursConfig)
  hours: Partial<Record<(typeof WEEKDAYS)[number], IntervalConfig[]>> = {
    mon: [{ from: '09:00', to: '18:00' }],
    tue: [{ from: '09:00', to: '18:00' }],
    wed: [{ from: '09:00', to: '18:00' }],
    thu: [{ from: '09:00', to: '18:00' }],
    fri: [{ from: '09:00', to: '18:00' }],
  };

  /** Weekdays that count as business days. Default Mon–Fri: Saturday opening gives hours, not days. */
  @IsIn(WEEKDAYS, { each: true })
  businessDays: (typeof WEEKDAYS)[number][] = ['mon', 'tue', 'wed', 'thu', 'fri'];

  /** Brazil's national holidays, computed for every year; Good Friday and 20 November included. */
  @IsBoolean()
  nationalHolidays: boolean = true;

  /** Days off by custom, optional by law (D16). */
  @IsBoolean()
  carnivalMonday: boolean = true;

  /** Day off by custom, optional by law (D16). */
  @IsBoolean()
  carnivalTuesday: boolean = true;

  /** Day off by custom, optional by law (D16). */
  @IsBoolean()
  corpusChristi: boolean = true;

  /** State, municipal and the company's own holidays. */
  @NestedList(() => HolidayConfig)
  holidays: HolidayConfig[] = [];

  /** Days with other hours, or none. */
  @NestedList(() => SpecialDayConfig)
  specialDays: SpecialDayConfig[] = [];
}

/** An amount of service time that is promised. */
export class PromiseConfig {
  /** Business days, counted as D15 says. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(365)
  businessDays?: number;

  /** Business minutes, counted as D16 says; excludes `businessDays`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(525_600)
  businessMinutes?: number;

  /** Warning, in business hours before the due instant (D19). */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1000)
  warnBusinessHours: number = 4;
}

/** What one tag, reason, queue or mailbox promises; what is missing comes from the next in line. */
export class PolicyConfig {
  /** Time until a person answers (D13). */
  @IsOptional()
  @Nested(() => PromiseConfig)
  return?: PromiseConfig;

  /** Time until an escalated ticket is resolved or handed back (D14). */
  @IsOptional()
  @Nested(() => PromiseConfig)
  resolution?: PromiseConfig;
}

/** Which promise applies; the first match of tag → reason → queue → mailbox → default (D19). */
export class DeadlinesConfig {
  /** D13: default 3 business days. */
  @IsDefined()
  @Nested(() => PromiseConfig)
  return: PromiseConfig = Object.assign(new PromiseConfig(), { businessDays: 3 });

  /** D14: default 6 business days; analysts may have their own. */
  @IsDefined()
  @Nested(() => PromiseConfig)
  resolution: PromiseConfig = Object.assign(new PromiseConfig(), { businessDays: 6 });

  /** By tag of the ticket. */
  @NestedMap(() => PolicyConfig)
  byTag: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};

  /** By key in `reasons`. */
  @NestedMap(() => PolicyConfig)
  byReason: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};

  /** By key in `queues`; for `resolution` the queue escalated to. Default: `analistas` 3 business days (D11). */
  @NestedMap(() => PolicyConfig)
  byQueue: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};

  /** By key in `mailboxes`. */
  @NestedMap(() => PolicyConfig)
  byMailbox: Record<string, { return?: PromiseConfig; resolution?: PromiseConfig }> = {};
}
