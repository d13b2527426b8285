import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import {
  CLOSE_REASONS,
  TICKET_STATUSES,
  type CloseReason,
  type TicketStatus,
} from '../domain/ticket-status.js';
import { CHANNELS, PRIORITIES } from './ticket.dto.js';

const TEXT_LIMIT = 500_000;
const RECIPIENT_LIMIT = 50;

export class AddressInput {
  @ApiProperty({ type: String, format: 'email' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  address: string;

  @ApiPropertyOptional({ type: String, default: '' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name: string = '';
}

/** Recipients may be given as `"a@b.com"` or as `{ address, name }`. */
const asAddresses = ({ value }: { value: unknown }): unknown =>
  Array.isArray(value)
    ? value.map((one: unknown) =>
        Object.assign(new AddressInput(), typeof one === 'string' ? { address: one.trim() } : one),
      )
    : value;

/** A person as `"a@b.com"`, `{ address, name }` or `{ email, name }`. */
const asPerson = <Person extends object>(make: () => Person) =>
  function toPerson({ value }: { value: unknown }): unknown {
    if (typeof value === 'string') return Object.assign(make(), { address: value.trim() });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { email, ...rest } = value as Record<string, unknown>;
    return Object.assign(make(), rest, email === undefined ? {} : { address: email });
  };

/** Changes may carry the version they were made against, in the body or as `If-Match`. */
export class VersionedInput {
  @ApiPropertyOptional({ type: 'integer', description: 'Stale: 409' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number;
}

export class WrittenInput extends VersionedInput {
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text?: string;

  @ApiPropertyOptional({ type: String, description: 'Sanitised before it is kept or sent' })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  html?: string;

  @ApiPropertyOptional({ type: [String], description: 'Your uploads, or files of this ticket' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID('all', { each: true })
  attachmentIds: string[] = [];
}

export class ReplyInput extends WrittenInput {
  @ApiPropertyOptional({
    type: [AddressInput],
    description: 'Default: replyTo of the ticket (D26)',
  })
  @IsOptional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  to?: AddressInput[];

  @ApiPropertyOptional({ type: [AddressInput] })
  @IsOptional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  cc?: AddressInput[];

  @ApiPropertyOptional({ enum: TICKET_STATUSES, default: 'awaiting_customer' })
  @IsOptional()
  @IsIn(TICKET_STATUSES)
  then: TicketStatus = 'awaiting_customer';
}

export class NoteInput extends WrittenInput {}

export class ForwardInput extends WrittenInput {
  @ApiProperty({ type: [AddressInput] })
  @Transform(asAddresses)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  to: AddressInput[];

  @ApiPropertyOptional({ type: [AddressInput] })
  @IsOptional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  cc: AddressInput[] = [];

  @ApiPropertyOptional({ type: String, description: 'id of its first message, to write on in it' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'must be the id of a message' })
  sideConversation?: string;
}

export class EscalationInput extends VersionedInput {
  @ApiProperty({ type: String, description: 'Key of the second team’s queue' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  queue: string;

  @ApiPropertyOptional({
    type: String,
    description: 'What the second team should know; all it sees out of a private queue (D20)',
  })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text: string = '';

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID('all', { each: true })
  attachmentIds: string[] = [];

  @ApiPropertyOptional({ type: Boolean, default: true })
  @IsOptional()
  @IsBoolean()
  notifyCustomer: boolean = true;
}

export class HandBackInput extends VersionedInput {
  @ApiPropertyOptional({ type: String, description: 'What came of it; also as ?outcome=' })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  outcome?: string;
}

export class HandBackQuery {
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  outcome?: string;
}

export class SpamInput extends VersionedInput {}

export class RequesterInput {
  @ApiProperty({ type: String, format: 'email' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  address: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name: string = '';
}

export class ChangeInput extends VersionedInput {
  @ApiPropertyOptional({ enum: TICKET_STATUSES })
  @IsOptional()
  @IsIn(TICKET_STATUSES)
  status?: TicketStatus;

  @ApiPropertyOptional({ enum: CLOSE_REASONS, description: 'Needed to resolve without an answer' })
  @IsOptional()
  @IsIn(CLOSE_REASONS)
  closeReason?: CloseReason;

  @ApiPropertyOptional({ type: String, description: 'Needed to reopen what is resolved' })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reopenReason?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'null: "a classificar"' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString()
  @MaxLength(100)
  reason?: string | null;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  queue?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Id, e-mail, `me`, or null' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString()
  @MaxLength(254)
  assignee?: string | null;

  @ApiPropertyOptional({ type: RequesterInput })
  @IsOptional()
  @Transform(asPerson(() => new RequesterInput()))
  @ValidateNested()
  requester?: RequesterInput;

  @ApiPropertyOptional({ enum: PRIORITIES })
  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: (typeof PRIORITIES)[number];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ enum: ['inbox'], description: 'D17: automatic mail that is a person’s' })
  @IsOptional()
  @IsIn(['inbox'])
  lane?: 'inbox';
}

export class EnterRequesterInput {
  @ApiPropertyOptional({ type: String, format: 'email' })
  @IsOptional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  address?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name: string = '';
}

export class EnterInput {
  @ApiProperty({ enum: CHANNELS })
  @IsIn(CHANNELS)
  channel: (typeof CHANNELS)[number];

  @ApiProperty({ type: String })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  subject: string;

  @ApiPropertyOptional({
    type: String,
    description: 'What the customer said, or what we write first',
  })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text?: string;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  html?: string;

  @ApiPropertyOptional({ type: EnterRequesterInput })
  @IsOptional()
  @Transform(asPerson(() => new EnterRequesterInput()))
  @ValidateNested()
  requester?: EnterRequesterInput;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  reason?: string;

  @ApiPropertyOptional({ type: String, description: 'Default: the reason’s queue, else yours' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  queue?: string;

  @ApiPropertyOptional({ enum: PRIORITIES, default: 'normal' })
  @IsOptional()
  @IsIn(PRIORITIES)
  priority: (typeof PRIORITIES)[number] = 'normal';

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  tags: string[] = [];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID('all', { each: true })
  attachmentIds: string[] = [];

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Acknowledge by mail' })
  @IsOptional()
  @IsBoolean()
  acknowledge: boolean = false;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'The text is our first mail' })
  @IsOptional()
  @IsBoolean()
  proactive: boolean = false;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When the customer called',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  receivedAt?: string;
}
