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
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Optional } from '../../../platform/http/index.js';
import {
  CLOSE_REASONS,
  TICKET_STATUSES,
  type CloseReason,
  type TicketStatus,
} from '../domain/ticket-status.js';
import { CHANNELS, PRIORITIES } from './ticket.dto.js';

/** What becomes a header of a mail is one line; NUL is left for the pipe that refuses it. */
const inOneLine = (value: unknown): unknown =>
  typeof value === 'string'
    ? // oxlint-disable-next-line no-control-regex -- control characters are what it is about
      value.replace(/[\u0001-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
    : value;

const TEXT_LIMIT = 500_000;
const RECIPIENT_LIMIT = 50;

export class AddressInput {
  @ApiProperty({ type: String, format: 'email' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  address: string;

  @ApiPropertyOptional({ type: String, default: '' })
  @Optional()
  @IsString()
  @MaxLength(200)
  name: string = '';
}

const nameInOneLine = <Person extends object>(person: Person): Person =>
  'name' in person ? Object.assign(person, { name: inOneLine(person.name) }) : person;

/** Recipients may be given as `"a@b.com"` or as `{ address, name }`. */
const asAddresses = ({ value }: { value: unknown }): unknown =>
  Array.isArray(value)
    ? value.map((one: unknown) =>
        nameInOneLine(
          Object.assign(
            new AddressInput(),
            typeof one === 'string' ? { address: one.trim() } : one,
          ),
        ),
      )
    : value;

/** A person as `"a@b.com"`, `{ address, name }` or `{ email, name }`. */
const asPerson = (make: () => object) =>
  function toPerson({ value }: { value: unknown }): unknown {
    if (typeof value === 'string') return Object.assign(make(), { address: value.trim() });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { email, ...rest } = value as Record<string, unknown>;
    return nameInOneLine(
      Object.assign(make(), rest, email === undefined ? {} : { address: email }),
    );
  };

/** Changes may carry the version they were made against, in the body or as `If-Match`. */
export class VersionedInput {
  @ApiPropertyOptional({ type: 'integer', description: 'Stale: 409' })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number;
}

export class WrittenInput extends VersionedInput {
  @ApiPropertyOptional({ type: String })
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text?: string;

  @ApiPropertyOptional({ type: String, description: 'Sanitised before it is kept or sent' })
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  html?: string;

  @ApiPropertyOptional({ type: [String], description: 'Your uploads, or files of this ticket' })
  @Optional()
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
  @Optional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  to?: AddressInput[];

  @ApiPropertyOptional({ type: [AddressInput] })
  @Optional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  cc?: AddressInput[];

  @ApiPropertyOptional({ enum: TICKET_STATUSES, default: 'awaiting_customer' })
  @Optional()
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
  @Optional()
  @Transform(asAddresses)
  @IsArray()
  @ArrayMaxSize(RECIPIENT_LIMIT)
  @ValidateNested({ each: true })
  cc: AddressInput[] = [];

  @ApiPropertyOptional({ type: String, description: 'id of its first message, to write on in it' })
  @Optional()
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
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text: string = '';

  @ApiPropertyOptional({ type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID('all', { each: true })
  attachmentIds: string[] = [];

  @ApiPropertyOptional({ type: Boolean, default: true })
  @Optional()
  @IsBoolean()
  notifyCustomer: boolean = true;
}

export class TakeNextInput {
  @ApiPropertyOptional({ type: String, description: 'Only of this queue; default: all of mine' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  queue?: string;
}

export class RedirectionInput extends VersionedInput {
  @ApiPropertyOptional({
    type: String,
    description: 'Key of a redirecting reason; default: the ticket’s, else the proposed one (D5)',
  })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  reason?: string;
}

export class HandBackInput extends VersionedInput {
  @ApiPropertyOptional({ type: String, description: 'What came of it; also as ?outcome=' })
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  outcome?: string;
}

export class HandBackQuery {
  @ApiPropertyOptional({ type: String })
  @Optional()
  @IsString()
  @MaxLength(2_000)
  outcome?: string;
}

export class SpamInput extends VersionedInput {}

export class EnterRequesterInput {
  @ApiPropertyOptional({ type: String, format: 'email' })
  @Optional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  address?: string;

  @ApiPropertyOptional({ type: String })
  @Optional()
  @IsString()
  @MaxLength(200)
  name: string = '';
}

/** Whose a ticket is from now on; a name alone corrects how the requester is called. */
export class RequesterInput extends EnterRequesterInput {}

export class ChangeInput extends VersionedInput {
  @ApiPropertyOptional({ enum: TICKET_STATUSES })
  @Optional()
  @IsIn(TICKET_STATUSES)
  status?: TicketStatus;

  @ApiPropertyOptional({ enum: CLOSE_REASONS, description: 'Needed to resolve without an answer' })
  @Optional()
  @IsIn(CLOSE_REASONS)
  closeReason?: CloseReason;

  @ApiPropertyOptional({ type: String, description: 'Needed to reopen what is resolved' })
  @Optional()
  @IsString()
  @MaxLength(1_000)
  reopenReason?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'null: "a classificar"' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString()
  @MaxLength(100)
  reason?: string | null;

  @ApiPropertyOptional({ type: String })
  @Optional()
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
  @Optional()
  @Transform(asPerson(() => new RequesterInput()))
  @ValidateNested()
  requester?: RequesterInput;

  @ApiPropertyOptional({ enum: PRIORITIES })
  @Optional()
  @IsIn(PRIORITIES)
  priority?: (typeof PRIORITIES)[number];

  @ApiPropertyOptional({ type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ enum: ['inbox'], description: 'D17: automatic mail that is a person’s' })
  @Optional()
  @IsIn(['inbox'])
  lane?: 'inbox';
}

export class EnterInput {
  @ApiProperty({ enum: CHANNELS })
  @IsIn(CHANNELS)
  channel: (typeof CHANNELS)[number];

  @ApiProperty({ type: String })
  @Transform(({ value }) => inOneLine(value))
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  subject: string;

  @ApiPropertyOptional({
    type: String,
    description: 'What the customer said, or what we write first',
  })
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  text?: string;

  @ApiPropertyOptional({ type: String })
  @Optional()
  @IsString()
  @MaxLength(TEXT_LIMIT)
  html?: string;

  @ApiPropertyOptional({ type: EnterRequesterInput })
  @Optional()
  @Transform(asPerson(() => new EnterRequesterInput()))
  @ValidateNested()
  requester?: EnterRequesterInput;

  @ApiPropertyOptional({ type: String })
  @Optional()
  @IsString()
  @MaxLength(100)
  reason?: string;

  @ApiPropertyOptional({ type: String, description: 'Default: the reason’s queue, else yours' })
  @Optional()
  @IsString()
  @MaxLength(100)
  queue?: string;

  @ApiPropertyOptional({ enum: PRIORITIES, default: 'normal' })
  @Optional()
  @IsIn(PRIORITIES)
  priority: (typeof PRIORITIES)[number] = 'normal';

  @ApiPropertyOptional({ type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  tags: string[] = [];

  @ApiPropertyOptional({ type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID('all', { each: true })
  attachmentIds: string[] = [];

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Acknowledge by mail' })
  @Optional()
  @IsBoolean()
  acknowledge: boolean = false;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'The text is our first mail' })
  @Optional()
  @IsBoolean()
  proactive: boolean = false;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When the customer called: not in the future, at most a year ago (D15)',
  })
  @Optional()
  @Matches(/(?:Z|[+-]\d{2}:\d{2})$/i, { message: 'must have an offset, as in RFC 3339' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/i, {
    message: 'must be a date and a time, as in RFC 3339',
  })
  @IsISO8601({ strict: true })
  receivedAt?: string;
}
