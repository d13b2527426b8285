import { ApiProperty } from '@nestjs/swagger';
import {
  DIMENSIONS,
  PERIODS,
  type Dimension,
  type Measure,
  type Period,
} from '../domain/report.js';

/** The documented shapes of `domain/report.ts`. */
export class ReportHeadDto {
  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'First civil day; null: the report is of this moment',
  })
  from: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Last civil day' })
  to: string | null;

  @ApiProperty({ type: String })
  calendar: string;

  @ApiProperty({ type: String, description: 'IANA zone of days, weeks and hours' })
  zone: string;

  @ApiProperty({ enum: DIMENSIONS, nullable: true })
  groupBy: Dimension | null;

  @ApiProperty({ enum: PERIODS, nullable: true })
  period: Period | null;

  @ApiProperty({ type: String, format: 'date-time' })
  generatedAt: string;
}

export class GroupDto {
  @ApiProperty({ type: String, nullable: true, description: 'null: none' })
  key: string | null;

  @ApiProperty({ type: String })
  label: string;
}

class GroupedDto {
  @ApiProperty({ type: GroupDto, nullable: true })
  group: GroupDto | null;
}

class InPeriodDto extends GroupedDto {
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Its first civil day' })
  period: string | null;
}

const count = (description?: string) =>
  ApiProperty({ type: 'integer', ...(description === undefined ? {} : { description }) });

export class ComplianceRowDto extends InPeriodDto {
  @ApiProperty({ type: String, description: 'A clock’s kind: first_return, next_return, …' })
  kind: string;

  @count('Clocks that started in the range; each is in exactly one of the outcomes')
  total: number;

  @count()
  met: number;

  @count('Ended after the due instant')
  breached: number;

  @count('Those of breached that ended without an answer (D9)')
  breachedWithoutAnswer: number;

  @count('Past the due instant and still owed')
  runningLate: number;

  @count()
  running: number;

  @count('Called off in time by resolving without an answer (D9)')
  withoutAnswer: number;

  @count('Called off in time by anything else')
  calledOff: number;

  @count('Of any outcome: an answer came back (D19)')
  revoked: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'met / (met + breached + runningLate), 0 to 1; null where nothing was to be kept',
  })
  metShare: number | null;
}

export class TimesRowDto extends InPeriodDto {
  @ApiProperty({ enum: ['firstReturn', 'nextReturn', 'escalation', 'resolution'] })
  measure: Measure;

  @count()
  count: number;

  @ApiProperty({ type: Number, description: 'Business minutes' })
  medianMinutes: number;

  @ApiProperty({ type: Number, description: 'Business minutes; nine in ten took no longer' })
  p90Minutes: number;

  @ApiProperty({ type: Number, description: 'Business minutes' })
  meanMinutes: number;
}

export class ClosuresRowDto extends InPeriodDto {
  @count()
  resolved: number;

  @count()
  answered: number;

  @count('Without an answer, as the four after it (D9)')
  spam: number;

  @count()
  duplicate: number;

  @count()
  outOfScope: number;

  @count()
  noAnswerNeeded: number;

  @count()
  noResponse: number;
}

export class VolumeRowDto extends InPeriodDto {
  @count()
  opened: number;

  @count()
  resolved: number;
}

export class PeakDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 7, description: '1 is Monday' })
  weekday: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 23 })
  hour: number;

  @count()
  opened: number;
}

export class PeakHoursRowDto extends GroupedDto {
  @count()
  opened: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'integer' } },
    description: 'Seven weekdays, Monday first, of 24 hours',
  })
  heatmap: number[][];

  @ApiProperty({ type: PeakDto })
  peak: PeakDto;
}

export class AgeBucketDto {
  @count('Business days; the day of receipt is left out (D15)')
  fromBusinessDays: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Included; null: without end' })
  toBusinessDays: number | null;

  @count()
  open: number;

  @count()
  awaitingCustomer: number;
}

export class BacklogRowDto extends GroupedDto {
  @count()
  open: number;

  @count()
  awaitingCustomer: number;

  @count()
  overdue: number;

  @ApiProperty({ type: [AgeBucketDto] })
  ages: AgeBucketDto[];

  @ApiProperty({ type: String, format: 'date-time' })
  oldestReceivedAt: string;

  @count()
  oldestBusinessDays: number;
}

export class FeedbackRowDto extends InPeriodDto {
  @count()
  count: number;

  @ApiProperty({ type: Number })
  mean: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer' },
    description: 'How many gave 1, 2, 3, 4, 5',
  })
  scores: number[];

  @count()
  comments: number;
}

export class CommentRowDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5 })
  score: number;

  @ApiProperty({ type: String })
  comment: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String })
  queue: string;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true })
  agent: string | null;
}
