import { ApiProperty } from '@nestjs/swagger';
import { CLOSE_REASONS, TICKET_STATUSES } from '../domain/ticket-status.js';

export const CHANNELS = [
  'email',
  'form',
  'phone',
  'chat',
  'whatsapp',
  'messenger',
  'assistant',
  'other',
] as const;
export const LANES = ['inbox', 'suspected', 'quarantined', 'automatic'] as const;
export const PRIORITIES = ['normal', 'high', 'critical'] as const;
export const RESTRICTED_LABEL = 'chamado em fila restrita';

export class AddressDto {
  @ApiProperty({ type: String })
  address: string;

  @ApiProperty({ type: String })
  name: string;
}

export class TicketReasonDto {
  @ApiProperty({ type: String, nullable: true, description: 'null: "a classificar"' })
  key: string | null;

  @ApiProperty({ type: String, example: 'Domínios' })
  label: string;

  @ApiProperty({ type: String })
  decidedBy: string;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1 })
  confidence: number;

  @ApiProperty({ type: Boolean, description: 'D5: the reason points to another channel' })
  redirects: boolean;
}

export class ReasonWordDto {
  @ApiProperty({ type: String, description: 'A word of the message, or two' })
  word: string;

  @ApiProperty({ type: Number, description: 'ln of how many times likelier it made the reason' })
  weight: number;
}

export class ReasonClueDto {
  @ApiProperty({ type: String })
  clue: string;

  @ApiProperty({ enum: ['word', 'phrase', 'sender'] })
  kind: string;

  @ApiProperty({ enum: ['subject', 'text', 'sender'] })
  where: string;
}

export class ReasonProposalDto {
  @ApiProperty({ type: String })
  key: string;

  @ApiProperty({ type: String })
  label: string;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1 })
  confidence: number;

  @ApiProperty({ type: Boolean, description: 'D5: it points to another channel' })
  redirects: boolean;

  @ApiProperty({ type: [ReasonWordDto] })
  words: ReasonWordDto[];
}

/** The reason with what spoke for it (D4). */
export class TicketReasonDetailDto extends TicketReasonDto {
  @ApiProperty({ type: [ReasonWordDto], description: 'Empty where no classifier decided' })
  words: ReasonWordDto[];

  @ApiProperty({ type: [ReasonClueDto] })
  clues: ReasonClueDto[];

  @ApiProperty({
    type: ReasonProposalDto,
    nullable: true,
    description: 'Likely, but not sure enough to be decided: PATCH reason takes it up',
  })
  proposal: ReasonProposalDto | null;
}

export class TicketPersonDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ type: String })
  email: string;
}

/** The requester in a list. */
export class SummaryRequesterDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ type: String, nullable: true, description: 'The address the request came from' })
  address: string | null;
}

export class TicketRequesterDto extends SummaryRequesterDto {
  @ApiProperty({ type: String, nullable: true, description: 'Where answers go (D26)' })
  replyTo: string | null;

  @ApiProperty({ type: [String] })
  addresses: string[];

  @ApiProperty({ type: String, nullable: true })
  supportId: string | null;

  @ApiProperty({ type: String, nullable: true })
  accessEmail: string | null;

  @ApiProperty({ enum: ['customer', 'partner'] })
  segment: string;

  @ApiProperty({ type: 'array', items: {} })
  entitlements: unknown;
}

export class ParticipantDto extends AddressDto {
  @ApiProperty({ enum: ['requester', 'cc', 'accepted', 'outsider'] })
  role: string;
}

export class TicketDeadlineDto {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  dueAt: string | null;

  @ApiProperty({
    enum: ['first_return', 'next_return', 'resolution'],
    nullable: true,
    type: String,
  })
  kind: string | null;

  @ApiProperty({ enum: ['running', 'breached'], nullable: true, type: String })
  state: string | null;
}

export class SummaryEscalationDto {
  @ApiProperty({ type: String })
  queue: string;

  @ApiProperty({ type: String, format: 'date-time' })
  since: string;
}

export class TicketEscalationDto extends SummaryEscalationDto {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  dueAt: string | null;
}

export class TicketLinkDto {
  @ApiProperty({ enum: ['twin', 'follow_up_of', 'follow_up', 'escalation_of', 'escalation'] })
  relation: string;

  @ApiProperty({ type: Boolean, description: 'It lies in a queue that you may not see (D20)' })
  restricted: boolean;

  @ApiProperty({ type: String, description: `"${RESTRICTED_LABEL}" where restricted` })
  label: string;

  @ApiProperty({ type: String, required: false })
  protocol?: string;

  @ApiProperty({ type: String, required: false })
  queue?: string;

  @ApiProperty({ enum: TICKET_STATUSES, required: false })
  status?: string;
}

export class CustomerWaitDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'Since when we wait' })
  since: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the customer is to be reminded; null once the reminder was written',
  })
  remindsAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  remindedAt: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is to be resolved as no_response; the earliest until the reminder is out',
  })
  resolvesAt: string | null;
}

export class ReplyRecipientsDto {
  @ApiProperty({ type: [AddressDto] })
  to: AddressDto[];

  @ApiProperty({ type: [AddressDto] })
  cc: AddressDto[];
}

/** A ticket in a list. */
export class TicketSummaryDto {
  @ApiProperty({ type: String, example: '1000123' })
  protocol: string;

  @ApiProperty({ type: String })
  subject: string;

  @ApiProperty({ enum: TICKET_STATUSES })
  status: string;

  @ApiProperty({ enum: CLOSE_REASONS, nullable: true, type: String })
  closeReason: string | null;

  @ApiProperty({ type: TicketReasonDto })
  reason: TicketReasonDto;

  @ApiProperty({ type: String, description: "The queue's key" })
  queue: string;

  @ApiProperty({ type: TicketPersonDto, nullable: true })
  assignee: TicketPersonDto | null;

  @ApiProperty({ type: SummaryRequesterDto, nullable: true })
  requester: SummaryRequesterDto | null;

  @ApiProperty({ enum: CHANNELS })
  channel: string;

  @ApiProperty({ type: String, nullable: true })
  mailbox: string | null;

  @ApiProperty({ enum: PRIORITIES })
  priority: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt: string;

  @ApiProperty({ type: String, format: 'date-time' })
  lastActivityAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  resolvedAt: string | null;

  @ApiProperty({ type: TicketDeadlineDto })
  deadline: TicketDeadlineDto;

  @ApiProperty({ type: SummaryEscalationDto, nullable: true })
  escalation: SummaryEscalationDto | null;

  @ApiProperty({ type: [String] })
  tags: string[];

  @ApiProperty({ type: [String], description: 'What must be seen at a glance: sem_remetente, …' })
  marks: string[];

  @ApiProperty({ enum: LANES })
  lane: string;

  @ApiProperty({ type: 'integer' })
  version: number;
}

export class TicketDto extends TicketSummaryDto {
  @ApiProperty({ type: TicketReasonDetailDto })
  declare reason: TicketReasonDetailDto;

  @ApiProperty({ type: TicketRequesterDto, nullable: true })
  declare requester: TicketRequesterDto | null;

  @ApiProperty({ type: [ParticipantDto] })
  participants: ParticipantDto[];

  @ApiProperty({ type: TicketEscalationDto, nullable: true })
  declare escalation: TicketEscalationDto | null;

  @ApiProperty({ type: [TicketLinkDto] })
  twins: TicketLinkDto[];

  @ApiProperty({ type: [TicketLinkDto] })
  links: TicketLinkDto[];

  @ApiProperty({
    type: CustomerWaitDto,
    nullable: true,
    description: 'What comes by itself while the customer does not answer; null: nothing',
  })
  customerWait: CustomerWaitDto | null;

  @ApiProperty({ type: ReplyRecipientsDto, description: 'Recipients of a reply by default (D26)' })
  replyTo: ReplyRecipientsDto;
}

/** The answer to a change after which the caller may not see the ticket any more (D20). */
export class RestrictedTicketDto {
  @ApiProperty({ type: String })
  protocol: string;

  @ApiProperty({ type: Boolean })
  restricted: true;

  @ApiProperty({ type: String, example: RESTRICTED_LABEL })
  label: string;
}

export class HistoryEntryDto {
  @ApiProperty({ type: String, format: 'date-time' })
  at: string;

  @ApiProperty({ enum: ['agent', 'customer', 'system', 'operator'] })
  actorKind: string;

  @ApiProperty({ type: String, nullable: true })
  actorName: string | null;

  @ApiProperty({ type: String })
  action: string;

  @ApiProperty({ type: Object, nullable: true })
  before: unknown;

  @ApiProperty({ type: Object, nullable: true })
  after: unknown;
}

export class HistoryDto {
  @ApiProperty({ type: [HistoryEntryDto] })
  items: HistoryEntryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
