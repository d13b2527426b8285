import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { WEBHOOK_EVENTS } from '../../../config/index.js';
import { Optional, PageQuery } from '../../../platform/http/index.js';

export const DELIVERY_STATES = ['queued', 'sending', 'delivered', 'failed', 'cancelled'] as const;

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Name of a webhook' })
  @Optional()
  @IsString()
  @MaxLength(40)
  webhook?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @Optional()
  @IsIn(DELIVERY_STATES)
  state?: (typeof DELIVERY_STATES)[number];
}

export class WebhookDto {
  @ApiProperty()
  name: string;

  @ApiProperty({ description: 'Scheme, host and port of its address; the rest can be a secret' })
  origin: string;

  @ApiProperty({ enum: WEBHOOK_EVENTS, isArray: true })
  events: string[];

  @ApiProperty({ type: [String], description: 'Queues whose tickets it is told of' })
  queues: string[];

  @ApiProperty({ enum: ['active', 'disabled'], description: 'disabled: it answered 410 Gone' })
  state: 'active' | 'disabled';

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  disabledAt: string | null;

  @ApiProperty({ type: 'integer', description: 'Deliveries not ended yet' })
  waiting: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  oldestWaitingAt: string | null;

  @ApiProperty({ type: 'integer', description: 'Since ever, as the next ones' })
  delivered: number;

  @ApiProperty({ type: 'integer' })
  failed: number;

  @ApiProperty({ type: 'integer' })
  cancelled: number;

  @ApiProperty({ type: 'integer', description: 'Attempts that did not succeed' })
  refusedAttempts: number;
}

export class WebhookListDto {
  @ApiProperty({ type: [WebhookDto] })
  items: WebhookDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class WebhookDeliveryDto {
  @ApiProperty()
  id: string;

  @ApiProperty()
  webhook: string;

  @ApiProperty({ enum: WEBHOOK_EVENTS })
  event: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Protocol; null for a ticket of a private queue that you are no member of (D20)',
  })
  ticket: string | null;

  @ApiProperty({ description: 'The header webhook-id' })
  webhookId: string;

  @ApiProperty({ enum: DELIVERY_STATES })
  state: string;

  @ApiProperty({ type: 'integer' })
  attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Status of the last answer' })
  lastStatus: number | null;

  @ApiProperty({ type: String, nullable: true })
  lastError: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;
}
