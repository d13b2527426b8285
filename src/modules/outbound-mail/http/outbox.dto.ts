import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { Optional, PageQuery } from '../../../platform/http/index.js';
import { OUTBOX_STATES, type OutboxState } from '../domain/outgoing.js';
import type { OutboxEntry } from '../store/outbox-list.store.js';

export class OutboxQuery extends PageQuery {
  @ApiPropertyOptional({ enum: OUTBOX_STATES })
  @Optional()
  @IsIn(OUTBOX_STATES)
  state?: OutboxState;

  @ApiPropertyOptional({ description: 'Key of a mailbox' })
  @Optional()
  @IsString()
  @MaxLength(100)
  mailbox?: string;

  @ApiPropertyOptional({ description: 'Protocol of a ticket', example: '1000123' })
  @Optional()
  @Matches(/^\d{1,18}$/, { message: 'ticket must be a protocol number' })
  ticket?: string;
}

export class RetryOutboxBody {
  @ApiPropertyOptional({ type: 'integer', description: 'The version that was looked at' })
  @Optional()
  @IsInt()
  @Min(1)
  version?: number;

  @ApiPropertyOptional({ description: 'The right address, where a recipient was wrong' })
  @Optional()
  @IsEmail({ allow_utf8_local_part: true })
  @MaxLength(254)
  recipient?: string;

  @ApiPropertyOptional({
    description: 'The wrong address; default: the only one that failed, else the first of To',
  })
  @Optional()
  @IsString()
  @MaxLength(254)
  replaces?: string;
}

export class CancelOutboxBody {
  @ApiPropertyOptional({ type: 'integer', description: 'The version that was looked at' })
  @Optional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class OutboxRecipientDto {
  @ApiProperty()
  address: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: ['to', 'cc'] })
  role: 'to' | 'cc';

  @ApiProperty({ enum: ['pending', 'accepted', 'failed', 'bounced'] })
  state: string;

  @ApiProperty({ type: 'integer', nullable: true, description: "The server's last SMTP code" })
  code: number | null;

  @ApiProperty({ type: String, nullable: true, description: "The server's last answer" })
  response: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  at: string | null;

  @ApiPropertyOptional({ description: 'The address before it was corrected' })
  correctedFrom?: string;
}

export class OutboxAttemptDto {
  @ApiProperty({ type: 'integer' })
  attempt: number;

  @ApiProperty({ format: 'date-time' })
  startedAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  endedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['accepted', 'partly_accepted', 'refused', 'temporary', 'unknown', 'not_tried', null],
  })
  outcome: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  code: number | null;

  @ApiProperty({ type: String, nullable: true })
  response: string | null;
}

export class OutboxActionDto {
  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ enum: ['agent', 'operator', 'system'] })
  actorKind: string;

  @ApiProperty({ type: String, nullable: true })
  actorId: string | null;

  @ApiProperty({
    enum: ['retried', 'corrected', 'cancelled', 'confirmed', 'looked', 'assumed_sent', 'resent'],
    description:
      'By nobody (system): evidence about a mail of unknown fate, or the rule outbox.unknown',
  })
  action: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details: Readonly<Record<string, unknown>>;
}

export class OutboxDto {
  @ApiProperty()
  id: string;

  @ApiProperty({ type: String, nullable: true, description: "The ticket's protocol" })
  ticket: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The ticket's message that it carries",
  })
  ticketMessageId: string | null;

  @ApiProperty()
  mailbox: string;

  @ApiProperty()
  queue: string;

  @ApiProperty({ example: 'reply' })
  kind: string;

  @ApiProperty()
  automatic: boolean;

  @ApiProperty({ enum: OUTBOX_STATES })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  stateReason: string | null;

  @ApiProperty()
  messageId: string;

  @ApiProperty()
  subject: string;

  @ApiProperty({ type: [OutboxRecipientDto] })
  recipients: OutboxRecipientDto[];

  @ApiProperty({ type: [OutboxAttemptDto] })
  attempts: OutboxAttemptDto[];

  @ApiProperty({ type: [OutboxActionDto] })
  actions: OutboxActionDto[];

  @ApiProperty({ format: 'date-time', description: 'The next attempt comes not before this' })
  notBefore: string;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  sentAt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The answer that accepted the mail' })
  serverResponse: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['pending', 'filed', 'found', 'failed', null],
    description: 'Our own copy in the Sent folder; null: none is wanted',
  })
  sentCopy: string | null;

  @ApiProperty({ type: 'integer' })
  version: number;
}

export function outboxDto(entry: OutboxEntry): OutboxDto {
  return {
    id: entry.id,
    ticket: entry.ticketId,
    ticketMessageId: entry.ticketMessageId,
    mailbox: entry.mailboxKey,
    queue: entry.queueKey,
    kind: entry.kind,
    automatic: entry.automatic,
    state: entry.state,
    stateReason: entry.stateReason,
    messageId: entry.messageId,
    subject: entry.subject,
    recipients: entry.recipients,
    attempts: entry.attempts.map((attempt) => ({
      ...attempt,
      startedAt: instant(attempt.startedAt),
      endedAt: attempt.endedAt === null ? null : instant(attempt.endedAt),
    })),
    actions: entry.actions.map((action) => ({ ...action, at: instant(action.at) })),
    notBefore: entry.notBefore.toISOString(),
    createdAt: entry.createdAt.toISOString(),
    sentAt: entry.sentAt?.toISOString() ?? null,
    serverResponse: entry.serverResponse,
    sentCopy: entry.sentCopy,
    version: entry.version,
  };
}

/** Instants inside JSON come from PostgreSQL with its own zone and precision. */
function instant(text: string): string {
  return new Date(text).toISOString();
}
