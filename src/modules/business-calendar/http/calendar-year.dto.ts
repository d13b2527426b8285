import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Optional } from '../../../platform/http/index.js';
import type { CalendarInForce } from '../calendars.facade.js';
import { businessCalendar } from '../domain/business-calendar.js';
import { FIRST_YEAR, LAST_YEAR, WEEKDAYS } from '../domain/civil-day.js';
import { clockTime } from '../domain/day-names.js';
import { describeYear } from '../domain/describe-day.js';
import type { Notice } from '../domain/notices.js';

export class CalendarYearQuery {
  @ApiProperty({
    required: false,
    minimum: FIRST_YEAR,
    maximum: LAST_YEAR,
    description: 'Default: this year.',
  })
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(FIRST_YEAR)
  @Max(LAST_YEAR)
  year?: number;
}

export class ServiceIntervalDto {
  @ApiProperty({ example: '09:00', description: 'Wall clock HH:MM.' })
  from: string;

  @ApiProperty({
    example: '18:00',
    description: 'Wall clock HH:MM, not part of the interval; 24:00 is the end of the day.',
  })
  to: string;
}

export class WeekdayHoursDto {
  @ApiProperty({ enum: WEEKDAYS })
  weekday: string;

  @ApiProperty({ description: 'Counts as a business day; opening alone does not make one (D16).' })
  businessDay: boolean;

  @ApiProperty({ type: [ServiceIntervalDto] })
  intervals: ServiceIntervalDto[];
}

export class HolidayDto {
  @ApiProperty({ example: '2026-11-20' })
  date: string;

  @ApiProperty({ enum: WEEKDAYS })
  weekday: string;

  @ApiProperty({ example: 'Consciência Negra' })
  name: string;

  @ApiProperty({ enum: ['national', 'optional', 'own', 'state', 'municipal', 'imported'] })
  kind: string;

  @ApiProperty({ description: 'A day off by custom (ponto facultativo), switchable.' })
  optional: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'Lei 14.759/2023' })
  law: string | null;

  @ApiProperty({ description: 'There is no service on this day.' })
  observed: boolean;
}

export class SpecialDayDto {
  @ApiProperty({ example: '2026-12-24' })
  date: string;

  @ApiProperty({ enum: WEEKDAYS })
  weekday: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ description: 'No service at all.' })
  closed: boolean;

  @ApiProperty()
  businessDay: boolean;

  @ApiProperty({ type: [ServiceIntervalDto] })
  intervals: ServiceIntervalDto[];
}

export class NoticeDto {
  @ApiProperty({ example: 'Fecharemos dia 24 às 12h.' })
  text: string;

  @ApiProperty({ example: '2026-12-24', description: 'Last day on which customers read it.' })
  until: string;
}

/** GET /calendars/{name}?year */
export class CalendarYearDto {
  @ApiProperty({ example: 'default' })
  name: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Null until a deadline was counted with this definition.',
  })
  version: number | null;

  @ApiProperty({ example: 'America/Sao_Paulo' })
  zone: string;

  @ApiProperty()
  year: number;

  @ApiProperty({ type: [WeekdayHoursDto], description: 'Monday first.' })
  hours: WeekdayHoursDto[];

  @ApiProperty({ description: 'Business days of the year.' })
  businessDays: number;

  @ApiProperty({ description: 'Hours of service of the year.' })
  serviceHours: number;

  @ApiProperty({ type: [HolidayDto] })
  holidays: HolidayDto[];

  @ApiProperty({ type: [SpecialDayDto] })
  specialDays: SpecialDayDto[];

  @ApiProperty({ type: [NoticeDto], description: 'What customers are told today.' })
  notices: NoticeDto[];
}

/** The answer for one year; CalendarRangeError outside 2003–2199. */
export function calendarYearDto(
  inForce: CalendarInForce,
  year: number,
  notices: readonly Notice[],
): CalendarYearDto {
  const calendar = businessCalendar(inForce.definition);
  const overview = describeYear(calendar, year);
  return {
    name: inForce.name,
    version: inForce.version,
    zone: calendar.zone,
    year,
    hours: WEEKDAYS.map((weekday) => ({
      weekday,
      businessDay: calendar.definition.businessWeekdays.has(weekday),
      intervals: calendar.definition.hours[weekday].map(({ fromMinute, toMinute }) => ({
        from: clockTime(fromMinute),
        to: clockTime(toMinute),
      })),
    })),
    businessDays: overview.businessDays,
    serviceHours: overview.serviceHours,
    holidays: overview.holidays.map(({ date, weekday, name, kind, law, observed }) => ({
      date,
      weekday,
      name,
      kind,
      optional: kind === 'optional',
      law,
      observed,
    })),
    specialDays: overview.specialDays.map(({ date, weekday, name, businessDay, intervals }) => ({
      date,
      weekday,
      name: name ?? '',
      closed: intervals.length === 0,
      businessDay,
      intervals: [...intervals],
    })),
    notices: notices.map(({ text, until }) => ({ text, until })),
  };
}
