import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { IsDayRule, IsWallClock, IsZone, Nested, NestedList } from '../fields.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The 26 states and the Federal District, as `state` of a calendar names them. */
export const BRAZILIAN_STATES = [
  'AC',
  'AL',
  'AM',
  'AP',
  'BA',
  'CE',
  'DF',
  'ES',
  'GO',
  'MA',
  'MG',
  'MS',
  'MT',
  'PA',
  'PB',
  'PE',
  'PI',
  'PR',
  'RJ',
  'RN',
  'RO',
  'RR',
  'RS',
  'SC',
  'SE',
  'SP',
  'TO',
] as const;

/** The capitals in the order of their states, as `city` of a calendar names them. */
export const BRAZILIAN_CAPITALS = [
  'rio-branco',
  'maceio',
  'manaus',
  'macapa',
  'salvador',
  'fortaleza',
  'brasilia',
  'vitoria',
  'goiania',
  'sao-luis',
  'belo-horizonte',
  'campo-grande',
  'cuiaba',
  'belem',
  'joao-pessoa',
  'recife',
  'teresina',
  'curitiba',
  'rio-de-janeiro',
  'natal',
  'porto-velho',
  'boa-vista',
  'porto-alegre',
  'florianopolis',
  'aracaju',
  'sao-paulo',
  'palmas',
] as const;

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
  /**
   * `YYYY-MM-DD` for once; `--MM-DD` or `easter-46` (days from Easter Sunday; -46 is Ash Wednesday) for every year. One
   * of every year passes over weekdays without hours of their own.
   */
  @IsDayRule()
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

  /** So many days before it customers read of it in acknowledgements and on the form. Default 0: never. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60)
  announceDays?: number;
}

/** A holiday of the operator's: every year (`--MM-DD`, `easter+N`) or once (YYYY-MM-DD). */
export class HolidayConfig {
  /** `--MM-DD` for every year, `easter+60` (days from Easter Sunday) for a movable one, `YYYY-MM-DD` for once. */
  @IsDayRule()
  date: string;

  /** What customers read, for example `Aniversário da cidade`. */
  @IsString()
  @Length(1, 80)
  name: string;

  /** The law it stands on, for example `Lei municipal 1.234/2005`. */
  @IsOptional()
  @IsString()
  @Length(1, 120)
  law?: string;

  /** First year in which it is a holiday. */
  @IsOptional()
  @IsInt()
  @Min(2003)
  @Max(2199)
  fromYear?: number;

  /** Last year in which it is a holiday. */
  @IsOptional()
  @IsInt()
  @Min(2003)
  @Max(2199)
  untilYear?: number;

  /** Whose holiday it is, as it is shown. Default: the company's own. */
  @IsOptional()
  @IsIn(['own', 'state', 'municipal', 'imported'])
  scope?: 'own' | 'state' | 'municipal' | 'imported';
}

/** Days off from an iCalendar file (RFC 5545): every all-day event is a holiday, timed ones are passed over. */
export class CalendarSourceConfig {
  /** A file, from the folder of helpdesk.yaml. Either this or `url`. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  file?: string;

  /** An http(s) address that the helpdesk fetches. What was fetched last stays in force while it cannot be reached. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: '$property must be an http(s) URL' })
  url?: string;

  /** Hours between two looks. Default 24. */
  @IsInt()
  @Min(1)
  @Max(720)
  refreshHours: number = 24;
}

/** A text that customers read in acknowledgements and on the form while it applies (D16). */
export class NoticeConfig {
  /** First day, YYYY-MM-DD in the calendar's zone. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day as YYYY-MM-DD' })
  from: string;

  /** Last day, YYYY-MM-DD in the calendar's zone. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day as YYYY-MM-DD' })
  until: string;

  /** Plain pt-BR text, for example `Fecharemos dia 24 às 12h.` */
  @IsString()
  @Length(1, 500)
  text: string;
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

  /** Holidays of this state are added (only verified ones, see `unverifiedHolidays`), for example `SP`. */
  @IsOptional()
  @IsIn(BRAZILIAN_STATES)
  state?: (typeof BRAZILIAN_STATES)[number];

  /** Holidays of this state capital are added, for example `sao-paulo`; its state's with it. */
  @IsOptional()
  @IsIn(BRAZILIAN_CAPITALS)
  city?: (typeof BRAZILIAN_CAPITALS)[number];

  /** Takes over those state and capital holidays too whose law was not checked (`docs/operators/calendars.md`). */
  @IsBoolean()
  unverifiedHolidays: boolean = false;

  /** State, municipal and the company's own holidays. */
  @NestedList(() => HolidayConfig)
  holidays: HolidayConfig[] = [];

  /** Days with other hours, or none. */
  @NestedList(() => SpecialDayConfig)
  specialDays: SpecialDayConfig[] = [];

  /** Days off from iCalendar files or addresses. */
  @NestedList(() => CalendarSourceConfig)
  icalendar: CalendarSourceConfig[] = [];

  /** What customers are told, and when. */
  @NestedList(() => NoticeConfig)
  notices: NoticeConfig[] = [];
}
