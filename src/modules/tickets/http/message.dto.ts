import { ApiProperty } from '@nestjs/swagger';
import { API_PREFIX } from '../../../platform/http/index.js';
import { sanitisedHtml } from '../domain/sanitised-html.js';
import { withheld, withheldIn } from '../domain/withheld.js';
import type { FileCaution, ScanState } from '../../files/index.js';
import type { AttachmentRow, ConversationRow, DeliveryRow } from '../store/conversation.store.js';
import { AddressDto } from './ticket.dto.js';

export class MessageAuthorDto {
  @ApiProperty({ enum: ['customer', 'agent', 'system', 'third_party'] })
  kind: string;

  @ApiProperty({ type: String })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  address: string | null;

  @ApiProperty({ type: String, nullable: true })
  agentId: string | null;
}

export class AttachmentDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({ type: String })
  filename: string;

  @ApiProperty({ type: String })
  mediaType: string;

  @ApiProperty({ type: 'integer' })
  sizeBytes: number;

  @ApiProperty({ type: Boolean, required: false })
  inline?: boolean;

  @ApiProperty({ type: String, required: false })
  url?: string;

  @ApiProperty({
    enum: ['infected', 'waiting', 'too_large'],
    nullable: true,
    required: false,
    description: 'What the virus scanner found, or why it has not looked',
  })
  caution?: string | null;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'True: nobody gets the file (403 file_held)',
  })
  held?: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'The caution in words, for people: "Anexo retido: vírus …"',
  })
  cautionText?: string | null;
}

export class DeliveryRecipientDto extends AddressDto {
  @ApiProperty({ enum: ['to', 'cc'] })
  role: string;

  @ApiProperty({ enum: ['pending', 'accepted', 'failed', 'bounced'] })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  response: string | null;
}

/** What became of the mail that a message is; null for what is no mail of ours. */
export class DeliveryDto {
  @ApiProperty({ type: String })
  outboxId: string;

  @ApiProperty({
    enum: ['queued', 'held', 'sending', 'sent', 'returned', 'failed', 'unknown', 'cancelled'],
  })
  state: string;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({ type: 'integer' })
  attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sentAt: string | null;

  @ApiProperty({ type: String, description: 'Message-ID without brackets' })
  messageId: string;

  @ApiProperty({ type: [DeliveryRecipientDto] })
  recipients: DeliveryRecipientDto[];
}

/** A piece of `text`, [from, to) in UTF-16 units; the pieces cover the text end to end. */
export class MessageSpanDto {
  @ApiProperty({ type: 'integer' })
  from: number;

  @ApiProperty({ type: 'integer' })
  to: number;

  @ApiProperty({
    enum: ['new', 'quotation', 'signature', 'footer', 'attribution', 'forwarded-header'],
  })
  kind: string;

  @ApiProperty({ type: String, description: 'How it was recognised' })
  why: string;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1 })
  confidence: number;

  @ApiProperty({ type: Boolean, description: 'Part of visibleText' })
  shown: boolean;
}

export class MessageDto {
  @ApiProperty({ type: String })
  id: string;

  @ApiProperty({
    enum: ['inbound', 'reply', 'automatic', 'note', 'event', 'third_party', 'courtesy'],
  })
  kind: string;

  @ApiProperty({ enum: ['pending', 'accepted', 'rejected'], nullable: true, type: String })
  waiting: string | null;

  @ApiProperty({ type: MessageAuthorDto })
  author: MessageAuthorDto;

  @ApiProperty({ type: String })
  subject: string;

  @ApiProperty({ type: String })
  text: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Sanitised; loads nothing from outside',
  })
  html: string | null;

  @ApiProperty({ type: String, description: 'Without quoted text and signature' })
  visibleText: string;

  @ApiProperty({
    type: [MessageSpanDto],
    description: 'What of the text is new, quoted, signature',
  })
  spans: MessageSpanDto[];

  @ApiProperty({ type: [AddressDto] })
  to: AddressDto[];

  @ApiProperty({ type: [AddressDto] })
  cc: AddressDto[];

  @ApiProperty({ type: [AttachmentDto] })
  attachments: AttachmentDto[];

  @ApiProperty({ type: String, nullable: true })
  then: string | null;

  @ApiProperty({ type: Boolean, description: 'D24: "enviado fora do sistema"' })
  outside: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'First message of a side conversation',
  })
  sideConversation: string | null;

  @ApiProperty({ type: Object })
  details: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'How a received message was authenticated: source (header, verified, none), spf, dkim, dmarc, fromProven',
  })
  authentication: Record<string, unknown> | null;

  @ApiProperty({ type: String, nullable: true, description: 'GET /messages/{id}/raw, where kept' })
  rawUrl: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: DeliveryDto, nullable: true })
  delivery: DeliveryDto | null;
}

export class ReplyWarningDto {
  @ApiProperty({ enum: ['twin_open', 'twin_answered', 'not_to_requester', 'message_waiting'] })
  code: string;

  @ApiProperty({ type: String, nullable: true })
  protocol: string | null;

  @ApiProperty({ type: String })
  detail: string;
}

export class ReplyDto extends MessageDto {
  @ApiProperty({ type: [ReplyWarningDto], description: 'D25: a twin is open or answered' })
  warnings: ReplyWarningDto[];
}

/** Where an attachment is served. */
export const attachmentUrl = (id: string): string => `/${API_PREFIX}/attachments/${id}`;

function presentFile(file: AttachmentRow, caution: FileCaution | null): AttachmentDto {
  const { id, filename, mediaType, sizeBytes, inline } = file;
  return {
    id,
    filename,
    mediaType,
    sizeBytes,
    inline,
    url: attachmentUrl(id),
    caution: caution?.kind ?? null,
    held: caution?.held ?? false,
    cautionText: caution?.text ?? null,
  };
}

/**
 * One entry of the conversation; its HTML is sanitised here, at the last moment, by today's rules. Customers' links and
 * the numbers of `restricted` tickets are withheld (D20).
 */
export function presentMessage(
  row: ConversationRow,
  {
    remoteImages = 'blocked',
    restricted = [],
    cautionOf,
  }: {
    readonly remoteImages?: 'blocked' | 'shown';
    readonly restricted?: readonly string[];
    readonly cautionOf: (scan: ScanState | null) => FileCaution | null;
  },
): MessageDto {
  const byContentId = new Map(
    row.attachments
      .filter((file) => file.contentId !== null && cautionOf(file.scan)?.held !== true)
      .map((file) => [file.contentId!.replace(/^<|>$/g, ''), attachmentUrl(file.id)]),
  );
  const html =
    row.html === null
      ? null
      : sanitisedHtml(row.html, (id) => byContentId.get(id) ?? null, remoteImages);
  const side = row.details['sideConversation'];
  return {
    id: row.id,
    kind: row.kind,
    waiting: row.waiting,
    author: {
      kind: row.authorKind,
      name: row.agentName ?? row.authorName,
      address: row.authorAddress,
      agentId: row.authorAgentId,
    },
    subject: withheld(row.subject, restricted),
    text: withheld(row.text, restricted),
    html: html === null ? null : withheld(html, restricted),
    visibleText: withheld(row.visibleText, restricted),
    spans: spansOf(row),
    to: row.to.map(({ address, name }) => ({ address, name })),
    cc: row.cc.map(({ address, name }) => ({ address, name })),
    attachments: row.attachments.map((file) => presentFile(file, cautionOf(file.scan))),
    then: row.thenStatus,
    outside: row.viaOutside,
    sideConversation: typeof side === 'string' ? side : null,
    details: withheldIn(row.details, restricted) as MessageDto['details'],
    authentication: row.authentication === null ? null : { ...row.authentication },
    rawUrl: row.intakeId === null ? null : `/${API_PREFIX}/messages/${row.id}/raw`,
    createdAt: row.createdAt.toISOString(),
    delivery: row.delivery === null ? null : presentDelivery(row.delivery),
  };
}

/** Where nothing was recognised all of the text is new. */
function spansOf({ spans, text }: ConversationRow): MessageSpanDto[] {
  if (spans !== null) return spans.map((span) => ({ ...span }));
  const why = 'written here';
  return [{ from: 0, to: text.length, kind: 'new', why, confidence: 1, shown: true }];
}

function presentDelivery(row: DeliveryRow): DeliveryDto {
  return {
    outboxId: row.outboxId,
    state: row.state,
    reason: row.stateReason,
    attempts: row.attempts,
    sentAt: row.sentAt === null ? null : new Date(row.sentAt).toISOString(),
    messageId: row.messageId,
    recipients: row.recipients.map((one) => ({
      address: textOf(one['address']),
      name: textOf(one['name']),
      role: textOf(one['role']),
      state: textOf(one['state']),
      response: one['response'] === null ? null : textOf(one['response']),
    })),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
