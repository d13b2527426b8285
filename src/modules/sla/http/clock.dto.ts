import { ApiProperty } from '@nestjs/swagger';
import { rfc3339 } from '../../business-calendar/index.js';
import { CLOCK_KINDS } from '../domain/clock.js';
import type { ClockView } from '../sla.facade.js';

export class ClockPolicyDto {
  @ApiProperty({
    example: 'default',
    description: 'tag:…, reason:…, queue:…, mailbox:… or default (D19).',
  })
  key: string;

  @ApiProperty({ required: false, example: 3 })
  businessDays?: number;

  @ApiProperty({ required: false, description: 'Minutes of service time (D16).' })
  businessMinutes?: number;

  @ApiProperty({
    required: false,
    enum: ['after_hours_next_day'],
    description: 'Left out: as D15 counts.',
  })
  counting?: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Immutable version of the policy (D19).',
  })
  version: number | null;
}

export class SkippedDayDto {
  @ApiProperty({ example: '2026-11-20' })
  date: string;

  @ApiProperty({ example: 'feriado, Consciência Negra' })
  why: string;
}

export class ClockPauseDto {
  @ApiProperty()
  from: string;

  @ApiProperty({ type: String, nullable: true })
  to: string | null;
}

export class ClockCalendarDto {
  @ApiProperty({ example: 'default' })
  name: string;

  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ example: 'America/Sao_Paulo' })
  zone: string;
}

export class ClockExplanationDto {
  @ApiProperty()
  ptBR: string;

  @ApiProperty()
  en: string;
}

/** One entry of GET /tickets/{protocol}/deadlines; instants in the offset of the clock's calendar. */
export class ClockDto {
  @ApiProperty()
  id: string;

  @ApiProperty({ enum: CLOCK_KINDS })
  kind: string;

  @ApiProperty({ enum: ['running', 'paused', 'met', 'breached', 'cancelled'] })
  state: string;

  @ApiProperty({ type: ClockPolicyDto })
  policy: ClockPolicyDto;

  @ApiProperty({ format: 'date-time' })
  startedAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T18:00:00.000-03:00' })
  dueAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;

  @ApiProperty({ type: ClockCalendarDto })
  calendar: ClockCalendarDto;

  @ApiProperty({ type: [String], example: ['2026-11-23', '2026-11-24', '2026-11-25'] })
  daysCounted: string[];

  @ApiProperty({ type: [SkippedDayDto] })
  daysSkipped: SkippedDayDto[];

  @ApiProperty({ type: [ClockPauseDto] })
  pauses: ClockPauseDto[];

  @ApiProperty({ example: 'quarta-feira, 25 de novembro de 2026, até as 18h' })
  promise: string;

  @ApiProperty({ type: ClockExplanationDto })
  explanation: ClockExplanationDto;
}

/** A clock as the API shows it. */
export function clockDto(clock: ClockView): ClockDto {
  const { zone } = clock.calendar;
  return {
    id: clock.id,
    kind: clock.kind,
    state: clock.state,
    policy: { ...clock.policy },
    startedAt: rfc3339(clock.startedAt, zone),
    dueAt: rfc3339(clock.dueAt, zone),
    endedAt: clock.endedAt === null ? null : rfc3339(clock.endedAt, zone),
    calendar: { ...clock.calendar },
    daysCounted: [...clock.daysCounted],
    daysSkipped: clock.daysSkipped.map(({ date, why }) => ({ date, why })),
    pauses: clock.pauses.map(({ from, to }) => ({ from, to })),
    promise: clock.promise,
    explanation: { ...clock.explanation },
  };
}
