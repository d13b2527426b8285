import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, MaxLength } from 'class-validator';
import { Optional, PageQuery } from '../../../platform/http/index.js';
import type { IntakeListing } from '../store/intake-list.store.js';

export const DISPOSITIONS = [
  'ticket_opened',
  'ticket_reply',
  'follow_up',
  'twin',
  'duplicate',
  'bounce',
  'auto_reply',
  'loop',
  'own',
  'courtesy',
  'feedback',
  'receipt',
  'complaint',
  'bulk_list',
  'third_party_pending',
  'spam_suspected',
  'quarantined',
  'historical',
  'vanished',
  'canary',
  'ignored',
] as const;

export class IntakeQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DISPOSITIONS })
  @Optional()
  @IsIn(DISPOSITIONS)
  disposition?: string;

  @ApiPropertyOptional({ description: 'Key of a mailbox', example: 'suporte' })
  @Optional()
  @IsString()
  @MaxLength(100)
  mailbox?: string;
}

export class IntakeDecisionDto {
  @ApiProperty({ example: 'thread-answer' })
  filter: string;

  @ApiProperty({ enum: ['pass', 'noted', 'decided'] })
  verdict: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  evidence?: Readonly<Record<string, unknown>>;

  @ApiProperty({ description: 'Milliseconds that the filter took' })
  ms: number;
}

/** One message that reached a mailbox (D22). */
export class IntakeDto {
  @ApiProperty({ example: '42' })
  id: string;

  @ApiProperty({ description: 'Key of the mailbox' })
  mailbox: string;

  @ApiProperty({ description: 'The queue whose members may see it (D20)' })
  queue: string;

  @ApiProperty()
  folder: string;

  @ApiProperty({ example: '1762347600' })
  uidvalidity: string;

  @ApiProperty({ type: 'integer' })
  uid: number;

  @ApiProperty({ type: 'integer', description: 'Bytes, as the server announced them' })
  size: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of the stored bytes, hex; null where they were not fetched',
  })
  sha256: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'D25, hex' })
  fingerprint: string | null;

  @ApiProperty({ description: 'Over the size limit: header and first text alone are stored (D27)' })
  partial: boolean;

  @ApiProperty({ format: 'date-time' })
  receivedAt: string;

  @ApiProperty({ format: 'date-time' })
  fetchedAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  processedAt: string | null;

  @ApiProperty({ enum: ['stored', 'done', 'quarantined'] })
  state: string;

  @ApiProperty({
    enum: DISPOSITIONS,
    nullable: true,
    description: 'null while it waits to be processed',
  })
  disposition: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Without angle brackets' })
  messageId: string | null;

  @ApiProperty({ type: String, nullable: true })
  from: string | null;

  @ApiProperty({ type: String, nullable: true })
  subject: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Protocol of the ticket that it is part of',
  })
  ticket: string | null;

  @ApiProperty({ type: [IntakeDecisionDto] })
  decisions: readonly IntakeDecisionDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'SPF, DKIM and DMARC: source (header, verified, none), authservId, spf, dkim, dmarc, fromProven; null where nobody looked',
  })
  authentication: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: 'integer' })
  attempts: number;

  @ApiProperty({ type: String, nullable: true })
  error: string | null;

  @ApiProperty({
    enum: ['none', 'pending', 'done'],
    description: 'What is done on the server afterwards',
  })
  serverAction: string;

  static of(row: IntakeListing): IntakeDto {
    return {
      id: row.id,
      mailbox: row.mailboxKey,
      queue: row.queueKey,
      folder: row.folder,
      uidvalidity: row.uidvalidity,
      uid: Number(row.uid),
      size: Number(row.sizeBytes),
      sha256: row.sha256,
      fingerprint: row.fingerprint,
      partial: row.partial,
      receivedAt: row.receivedAt.toISOString(),
      fetchedAt: row.fetchedAt.toISOString(),
      processedAt: row.processedAt?.toISOString() ?? null,
      state: row.state,
      disposition: row.disposition,
      messageId: row.messageId,
      from: row.fromAddress,
      subject: row.subject,
      ticket: row.ticketId,
      decisions: row.decisions,
      authentication: row.authentication === null ? null : { ...row.authentication },
      attempts: row.attempts,
      error: row.error,
      serverAction: row.serverAction,
    };
  }
}

export class ReplayQuery {
  @ApiPropertyOptional({
    type: Boolean,
    description:
      'true: what differs is applied; false: nothing is changed. Default: true for a quarantined message alone',
  })
  @Optional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  apply?: boolean;
}

export class ReplayDifferenceDto {
  @ApiProperty({
    enum: [
      'disposition',
      'ticket',
      'subject',
      'from',
      'text',
      'visible_text',
      'attachments',
      'dmarc',
    ],
  })
  what: string;

  @ApiProperty({ type: String, nullable: true })
  recorded: string | null;

  @ApiProperty({ type: String, nullable: true })
  today: string | null;
}

export class ReplayDto {
  @ApiProperty({
    enum: ['filled', 'applied', 'compared'],
    description:
      'filled: the stub ticket now holds the message; applied: what differed was applied; compared: nothing was changed',
  })
  result: 'filled' | 'applied' | 'compared';

  @ApiProperty({ type: [ReplayDifferenceDto], description: 'What today’s code sees otherwise' })
  differences: readonly ReplayDifferenceDto[];

  @ApiProperty({
    type: [String],
    description: 'Differences that are not applied: people may have acted on the ticket since',
  })
  leftToPeople: readonly string[];

  @ApiProperty({ description: 'Whether today’s code sees anything otherwise' })
  differs: boolean;

  @ApiProperty({ enum: DISPOSITIONS })
  disposition: string;

  @ApiProperty({ type: String, nullable: true })
  ticket: string | null;

  @ApiProperty({ type: [IntakeDecisionDto] })
  decisions: readonly IntakeDecisionDto[];

  @ApiProperty({ type: IntakeDto, description: 'As it was recorded before' })
  recorded: IntakeDto;
}
