import { Injectable } from '@nestjs/common';
import { EventBus, type Tx } from '../../../platform/index.js';
import type { MessageSpan, NewAttachment } from '../domain/customer-message.js';
import type { MailAddress } from '../domain/addresses.js';
import { ticketNews } from '../events.js';
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
    readonly spans?: readonly MessageSpan[] | null;
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

/**
 * One round trip for everything that opened tickets consist of, for all that are opened side by side: once per mail, the
 * most frequent write of all. Protocol numbers follow the order of the calls.
 */
const OPEN = `
with r as materialized (
  select nextval('ticket_protocol') as id, o.* from (
    select * from jsonb_to_recordset($1::jsonb) as o (n integer, subject text, lane text, channel text,
      mailbox_key text, queue_key text, requester_id uuid, requester_address text, reply_to_address text,
      reason_key text, reason_decided_by text, reason_confidence real, reason_evidence jsonb, marks text[],
      received_at timestamptz, follow_up_of bigint, escalation_of bigint, twin_group text, assignee_id uuid,
      priority text, tags text[], kind text, author_kind text, author_agent_id uuid, author_name text,
      author_address text, body_text text, body_html text, visible_text text, visible_spans jsonb, to_addresses jsonb, cc_addresses jsonb,
      message_id_header text, intake_id bigint, details jsonb, now timestamptz, participants jsonb, attachments jsonb,
      actor_kind text, actor_id text, opened_as jsonb)
    order by n) o
), t as (
  insert into tickets (id, subject, lane, channel, mailbox_key, queue_key, requester_id, requester_address,
    reply_to_address, reason_key, reason_decided_by, reason_confidence, reason_evidence, marks, created_at,
    received_at, last_activity_at, follow_up_of, escalation_of, twin_group, assignee_id, priority, tags)
  select id, subject, lane, channel, mailbox_key, queue_key, requester_id, requester_address, reply_to_address,
    reason_key, reason_decided_by, reason_confidence, reason_evidence, marks, received_at, received_at, received_at,
    follow_up_of, escalation_of, case when twin_group = 'first' then id else twin_group::bigint end, assignee_id,
    priority, tags
  from r order by id
), m as (
  insert into messages (ticket_id, kind, author_kind, author_agent_id, author_name, author_address, subject,
    body_text, body_html, visible_text, visible_spans, to_addresses, cc_addresses, message_id_header, intake_id, details,
    created_at, received_at)
  select id, kind, author_kind, author_agent_id, author_name, author_address, subject, body_text, body_html,
    visible_text, visible_spans, to_addresses, cc_addresses, message_id_header, intake_id, details, received_at, received_at
  from r order by id
  returning id, ticket_id
), p as (
  insert into ticket_participants (ticket_id, address, name, role, added_by, added_at)
  select r.id, x.address, x.name, x.role, 'message', r.now
  from r, jsonb_to_recordset(r.participants) as x(address text, name text, role text)
), a as (
  insert into attachments (id, message_id, position, filename, media_type, size_bytes, sha256, content_id, inline, created_at)
  select gen_random_uuid(), m.id, x.position, x.filename, x.media_type, x.size_bytes, decode(x.sha256, 'hex'),
    x.content_id, x.inline, r.now
  from r join m on m.ticket_id = r.id, jsonb_to_recordset(r.attachments) as x(position int, filename text,
    media_type text, size_bytes bigint, sha256 text, content_id text, inline boolean)
), h as (
  insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, after)
  select id, now, actor_kind, actor_id, 'opened', opened_as from r
)
select r.n, r.id as "ticketId", m.id as "messageId" from r join m on m.ticket_id = r.id`;

/** Spans as JSON; null where all of the text is new. */
export function spansJson(spans: readonly MessageSpan[] | null | undefined): string | null {
  return spans == null ? null : JSON.stringify(spans);
}

/** Attachments as the JSON that the statements unfold. */
export function attachmentsJson(list: readonly NewAttachment[]): string {
  return JSON.stringify(attachmentRows(list));
}

function attachmentRows(list: readonly NewAttachment[]): Record<string, unknown>[] {
  return list.map((one, position) => ({
    position,
    filename: one.filename,
    media_type: one.mediaType,
    size_bytes: one.sizeBytes,
    sha256: one.sha256.toString('hex'),
    content_id: one.contentId,
    inline: one.inline,
  }));
}

/** Opens tickets. */
@Injectable()
export class OpeningStore {
  constructor(private readonly bus: EventBus) {}

  /** Ticket, first message, participants, attachments and history in one statement. Blobs must be recorded before. */
  async open(tx: Tx, row: OpeningRow): Promise<{ ticketId: string; messageId: string }> {
    const m = row.message;
    const [opened] = await tx.gather<{ ticketId: string; messageId: string }>(OPEN, {
      subject: row.subject,
      lane: row.lane,
      channel: row.channel,
      mailbox_key: row.mailboxKey,
      queue_key: row.queueKey,
      requester_id: row.requesterId,
      requester_address: row.requesterAddress,
      reply_to_address: row.replyToAddress,
      reason_key: row.reasonKey,
      reason_decided_by: row.reasonDecidedBy,
      reason_confidence: row.reasonConfidence,
      reason_evidence: row.reasonEvidence,
      marks: row.marks,
      received_at: row.receivedAt,
      follow_up_of: row.followUpOf,
      escalation_of: row.escalationOf,
      twin_group: row.twinGroup,
      assignee_id: row.assigneeId,
      priority: row.priority,
      tags: row.tags,
      kind: m.kind,
      author_kind: m.authorKind,
      author_agent_id: m.authorAgentId,
      author_name: m.authorName,
      author_address: m.authorAddress,
      body_text: m.text,
      body_html: m.html,
      visible_text: m.visibleText,
      visible_spans: m.spans ?? null,
      to_addresses: m.to,
      cc_addresses: m.cc,
      message_id_header: m.messageIdHeader,
      intake_id: m.intakeId,
      details: m.details,
      now: row.now,
      participants: row.participants,
      attachments: attachmentRows(row.attachments),
      actor_kind: row.history.actorKind,
      actor_id: row.history.actorId,
      opened_as: row.history.after,
    });
    await this.bus.publish(tx, ticketNews, {
      ticketId: opened!.ticketId,
      at: row.receivedAt.toISOString(),
      items: [{ kind: 'opened', messageId: opened!.messageId }],
    });
    return opened!;
  }
}
