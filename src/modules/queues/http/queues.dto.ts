import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { AgentDto } from '../../agents/index.js';

export class QueueCountsDto {
  @ApiProperty({ type: 'integer' })
  open: number;

  @ApiProperty({ type: 'integer' })
  awaitingCustomer: number;

  @ApiProperty({ type: 'integer' })
  overdue: number;

  @ApiProperty({ type: 'integer', description: 'Unresolved and without an assignee' })
  unassigned: number;
}

export class QueueDto {
  @ApiProperty({ type: String })
  key: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ type: Boolean })
  private: boolean;

  @ApiProperty({ type: Boolean })
  retired: boolean;

  @ApiProperty({ type: Boolean })
  member: boolean;

  @ApiProperty({ type: Boolean })
  supervisor: boolean;

  @ApiProperty({
    type: QueueCountsDto,
    nullable: true,
    description: 'null where the queue is not visible to you',
  })
  counts: QueueCountsDto | null;
}

export class QueueListDto {
  @ApiProperty({ type: [QueueDto] })
  items: QueueDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class MembershipDto {
  @ApiProperty({ type: String })
  key: string;

  @ApiProperty({ type: Boolean })
  supervisor: boolean;
}

export class MeDto extends AgentDto {
  @ApiProperty({ type: [MembershipDto] })
  queues: MembershipDto[];

  @ApiProperty({ type: [String], description: 'Queues whose tickets you may see' })
  visibleQueues: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Send it as X-CSRF-Token with every change made by cookie; null with a bearer token.',
  })
  csrfToken: string | null;
}

export class BreakGlassDto {
  @ApiProperty({
    type: String,
    minLength: 10,
    maxLength: 500,
    description: 'Why; shown in the history of the ticket',
  })
  @IsString()
  @Length(10, 500)
  @Matches(/\S/, { message: 'reason must not be blank' })
  reason: string;
}

export class BrokenGlassDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt: string;
}
