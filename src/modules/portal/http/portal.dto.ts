import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Optional, PageQuery } from '../../../platform/http/index.js';

const trimmed = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim() : value,
);

/** The form (D2). The same class checks the API and the page. */
export class FormTicketDto {
  @ApiProperty({ type: String, maxLength: 120 })
  @trimmed
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name: string;

  @ApiProperty({ type: String, format: 'email', description: 'Where the answer goes' })
  @trimmed
  @IsEmail()
  @MaxLength(254)
  email: string;

  @ApiProperty({ type: String, description: 'Key of a contact reason, see GET /portal/reasons' })
  @trimmed
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  reason: string;

  @ApiProperty({ type: String, maxLength: 20_000 })
  @trimmed
  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  details: string;

  /** People do not see this field; robots fill it. */
  @ApiPropertyOptional({ type: String, description: 'Leave it out' })
  @Optional()
  @IsString()
  @MaxLength(500)
  website?: string;
}

export class CommentDto {
  @ApiProperty({ type: String, maxLength: 20_000 })
  @trimmed
  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  text: string;
}

export class LinkRequestDto {
  @ApiProperty({ type: String, format: 'email' })
  @trimmed
  @IsEmail()
  @MaxLength(254)
  email: string;
}

export class TokenQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Token of a portal link; also taken as bearer',
  })
  @Optional()
  @IsString()
  @MaxLength(1000)
  token?: string;
}

export class PortalListQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Token of a portal link; also taken as bearer',
  })
  @Optional()
  @IsString()
  @MaxLength(1000)
  token?: string;
}

export class FormTicketAnswerDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when an answer is promised',
  })
  dueAt: string | null;
}

export class PortalTicketDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: String })
  subject: string;

  @ApiProperty({ enum: ['open', 'awaiting_customer', 'resolved'] })
  status: 'open' | 'awaiting_customer' | 'resolved';

  @ApiProperty({ type: String, description: 'pt-BR' })
  statusLabel: string;

  @ApiProperty({ type: String })
  requester: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time' })
  lastActivityAt: string;
}

export class PortalAttachmentDto {
  @ApiProperty({ type: String })
  filename: string;

  @ApiProperty({ type: 'integer' })
  sizeBytes: number;
}

export class PortalMessageDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({ enum: ['customer', 'agent'] })
  from: 'customer' | 'agent';

  @ApiProperty({ type: String })
  author: string;

  @ApiProperty({ type: String })
  text: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: [PortalAttachmentDto] })
  attachments: PortalAttachmentDto[];
}

export class PortalTicketDetailDto extends PortalTicketDto {
  @ApiProperty({ type: Boolean, description: 'D8: only while open or awaiting the customer' })
  canComment: boolean;

  @ApiProperty({ type: [PortalMessageDto] })
  messages: PortalMessageDto[];
}

export class CommentedDto {
  @ApiProperty({ type: String })
  messageId: string;
}

export class ReasonChoiceDto {
  @ApiProperty({ type: String })
  key: string;

  @ApiProperty({ type: String })
  label: string;
}

export class ReasonChoicesDto {
  @ApiProperty({ type: [ReasonChoiceDto] })
  items: ReasonChoiceDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
