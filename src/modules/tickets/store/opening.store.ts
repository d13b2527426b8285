import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { NewAttachment } from '../domain/customer-message.js';
import type { MailAddress } from '../domain/addresses.js';
import type { Lane } from './ticket.store.js';

export interface OpeningRow {
  readonly subject: string;
  readonly lane: Lane;
  readonly channel: string;
  readonly mailboxKey: string | null;
  readonly queueKey: string;
  readonly requesterId: string | null;
  readonly requesterAddress: string | null;
  readonly replyToAddress: string | null;
  readonly reasonKey: string | null;
  readonly reasonDecidedBy: string;
  readonly reasonConfidence: number;
  readonly reasonEvidence: unknown;
  readonly marks: readonly string[];
  readonly receivedAt: Date;
  readonly followUpOf: string | null;
  readonly escalationOf: string | null;
  /** `first` (FIRST_TWIN): it becomes the first of its twins; an id: it joins that group. */
  readonly twinGroup: string | null;
  readonly assigneeId: string | null;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly message: {
    readonly kind: 'inbound' | 'note' | 'event';
    readonly authorKind: 'customer' | 'agent' | 'system';
    readonly authorAgentId: string | null;
    readonly authorName: string;
    readonly authorAddress: string | null;
    readonly text: string;
    readonly html: string | null;
    readonly visibleText: string;
    readonly to: readonly MailAddress[];
    readonly cc: readonly MailAddress[];
    readonly messageIdHeader: string | null;
    readonly intakeId: string | null;
    readonly details: Readonly<Record<string, unknown>>;
  };
  readonly participants: readonly { address: string; name: string; role: 'requester' | 'cc' }[];
  readonly attachments: readonly NewAttachment[];
  readonly history: {
    readonly actorKind: string;
    readonly actorId: string | null;
    readonly after: unknown;
  };
  readonly now: Date;
}

/** In place of a twin group: the ticket's own id, which is not known yet. */
export const FIRST_TWIN = 'first';

/** One round trip for everything that an opened ticket consists of: once per mail, the most frequent write of all. */
const OPEN = `
with n as (select nextval('ticket_protocol') as id),
t as (
  insert into tickets (id, subject, lane, channel, mailbox_key, queue_key, requester_id, requester_address,
    reply_to_address, reason_key, reason_decided_by, reason_confidence, reason_evidence, marks, created_at,
    received_at, last_activity_at, follow_up_of, escalation_of, twin_group, assignee_id, priority, tags)
  select n.id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $14, $15, $16,
    case when $17 = 'first' then n.id else $17::bigint end, $18, $19, $20
  from n returning id
), m as (
  insert into messages (ticket_id, kind, author_kind, author_agent_id, author_name, author_address, subject,
    body_text, body_html, visible_text, to_addresses, cc_addresses, message_id_header, intake_id, details,
    created_at, received_at)
  select n.id, $21, $22, $23, $24, $25, $1, $26, $27, $28, $29, $30, $31, $32, $33, $14, $14
  from n returning id
), p as (
  insert into ticket_participants (ticket_id, address, name, role, added_by, added_at)
  select n.id, x.address, x.name, x.role, 'message', $34
  from n, jsonb_to_recordset($35::jsonb) as x(address text, name text, role text)
), a as (
  insert into attachments (id, message_id, position, filename, media_type, size_bytes, sha256, content_id, inline, created_at)
  select gen_random_uuid(), m.id, x.position, x.filename, x.media_type, x.size_bytes, decode(x.sha256, 'hex'),
    x.content_id, x.inline, $34
  from m, jsonb_to_recordset($36::jsonb) as x(position int, filename text, media_type text, size_bytes bigint,
    sha256 text, content_id text, inline boolean)
), h as (
  insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, after)
  select n.id, $34, $37, $38, 'opened', $39 from n
)
select n.id as "ticketId", m.id as "messageId" from n, m`;

/** Attachments as the JSON that the statements unfold. */
export function attachmentsJson(list: readonly NewAttachment[]): string {
  return JSON.stringify(
    list.map((one, position) => ({
      position,
      filename: one.filename,
      media_type: one.mediaType,
      size_bytes: one.sizeBytes,
      sha256: one.sha256.toString('hex'),
      content_id: one.contentId,
      inline: one.inline,
    })),
  );
}

/** Opens tickets. */
@Injectable()
export class OpeningStore {
  /** Ticket, first message, participants, attachments and history in one statement. Blobs must be recorded before. */
  async open(tx: Tx, row: OpeningRow): Promise<{ ticketId: string; messageId: string }> {
    const m = row.message;
    const [opened] = await tx.query<{ ticketId: string; messageId: string }>(OPEN, [
      row.subject,
      row.lane,
      row.channel,
      row.mailboxKey,
      row.queueKey,
      row.requesterId,
      row.requesterAddress,
      row.replyToAddress,
      row.reasonKey,
      row.reasonDecidedBy,
      row.reasonConfidence,
      JSON.stringify(row.reasonEvidence),
      row.marks,
      row.receivedAt,
      row.followUpOf,
      row.escalationOf,
      row.twinGroup,
      row.assigneeId,
      row.priority,
      row.tags,
      m.kind,
      m.authorKind,
      m.authorAgentId,
      m.authorName,
      m.authorAddress,
      m.text,
      m.html,
      m.visibleText,
      JSON.stringify(m.to),
      JSON.stringify(m.cc),
      m.messageIdHeader,
      m.intakeId,
      JSON.stringify(m.details),
      row.now,
      JSON.stringify(row.participants),
      attachmentsJson(row.attachments),
      row.history.actorKind,
      row.history.actorId,
      JSON.stringify(row.history.after),
    ]);
    return opened!;
  }
}
