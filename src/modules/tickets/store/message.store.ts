import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { MailAddress } from '../domain/addresses.js';
import type { MessageSpan, NewAttachment } from '../domain/customer-message.js';
import type { TicketStatus } from '../domain/ticket-status.js';
import { attachmentsJson, spansJson } from './opening.store.js';
import type { Deadline } from './ticket.store.js';

export type MessageKind =
  'inbound' | 'reply' | 'automatic' | 'note' | 'event' | 'third_party' | 'courtesy';

export interface NewMessage {
  readonly ticketId: string;
  readonly kind: MessageKind;
  readonly waiting?: 'pending' | 'accepted' | 'rejected' | null;
  readonly authorKind: 'customer' | 'agent' | 'system' | 'third_party';
  readonly authorAgentId?: string | null;
  readonly authorName?: string;
  readonly authorAddress?: string | null;
  readonly subject?: string;
  readonly text: string;
  readonly html?: string | null;
  readonly visibleText?: string;
  readonly spans?: readonly MessageSpan[] | null;
  readonly to?: readonly MailAddress[];
  readonly cc?: readonly MailAddress[];
  readonly messageIdHeader?: string | null;
  readonly intakeId?: string | null;
  readonly thenStatus?: TicketStatus | null;
  readonly viaOutside?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly receivedAt?: Date | null;
  readonly attachments?: readonly NewAttachment[];
}

/** A message as commands need it. */
export interface MessageRow {
  readonly id: string;
  readonly ticketId: string;
  readonly kind: MessageKind;
  readonly waiting: string | null;
  readonly authorKind: string;
  readonly authorAgentId: string | null;
  readonly authorName: string;
  readonly authorAddress: string | null;
  readonly thenStatus: TicketStatus | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly messageIdHeader: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly receivedAt: Date | null;
}

/** Which customer messages have their answer (D13, D19). */
export interface AnswerState {
  /** A person's answer for the requester was accepted and did not come back. */
  readonly everAnswered: boolean;
  readonly oldestUnanswered: { readonly messageId: string; readonly receivedAt: Date } | null;
}

const COLUMNS = `m.id, m.ticket_id as "ticketId", m.kind, m.waiting, m.author_kind as "authorKind",
  m.author_agent_id as "authorAgentId", m.author_name as "authorName", m.author_address as "authorAddress",
  m.then_status as "thenStatus", m.to_addresses as "to", m.cc_addresses as "cc",
  m.message_id_header as "messageIdHeader", m.details, m.created_at as "createdAt", m.received_at as "receivedAt"`;

const INSERT = `
with m as (
  insert into messages (ticket_id, kind, waiting, author_kind, author_agent_id, author_name, author_address, subject,
    body_text, body_html, visible_text, to_addresses, cc_addresses, message_id_header, intake_id, then_status,
    via_outside, details, created_at, received_at, visible_spans)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $22)
  returning id
), a as (
  insert into attachments (id, message_id, position, filename, media_type, size_bytes, sha256, content_id, inline, created_at)
  select gen_random_uuid(), m.id, x.position, x.filename, x.media_type, x.size_bytes, decode(x.sha256, 'hex'),
    x.content_id, x.inline, $19
  from m, jsonb_to_recordset($21::jsonb) as x(position int, filename text, media_type text, size_bytes bigint,
    sha256 text, content_id text, inline boolean)
)
select id from m`;

/**
 * Two rows a ticket in one round trip for all tickets that are acknowledged side by side, because both happen once for
 * every mail that opens a ticket.
 */
const INSERT_AUTOMATIC = `
with r as (
  select * from jsonb_to_recordset($1::jsonb) as r (n integer, ticket_id bigint, subject text, body_text text,
    body_html text, to_addresses jsonb, due_at timestamptz, due_kind text, breached boolean, details jsonb,
    created_at timestamptz)
), d as (
  update tickets t set due_at = r.due_at, due_kind = r.due_kind, breached = r.breached from r where t.id = r.ticket_id
), m as (
  insert into messages (ticket_id, kind, author_kind, subject, body_text, body_html, visible_text, to_addresses, details, created_at)
  select ticket_id, 'automatic', 'system', subject, body_text, body_html, body_text, to_addresses, details, created_at
    from r order by n
  returning id, ticket_id
)
select r.n, m.id from r join m on m.ticket_id = r.ticket_id`;

/** The stub's own attachment (the .eml) stays; the message's attachments join it unless they did before. */
const REFILL = `
with m as (
  update messages set kind = 'inbound', author_kind = 'customer', author_name = $10, author_address = $11, subject = $3,
    body_text = $4, body_html = $5, visible_text = $6, to_addresses = $7, cc_addresses = $8, message_id_header = $9,
    visible_spans = $14
  where ticket_id = $1 and intake_id = $2 returning id
), a as (
  insert into attachments (id, message_id, position, filename, media_type, size_bytes, sha256, content_id, inline, created_at)
  select gen_random_uuid(), m.id, x.position, x.filename, x.media_type, x.size_bytes, decode(x.sha256, 'hex'),
    x.content_id, x.inline, $12
  from m, jsonb_to_recordset($13::jsonb) as x(position int, filename text, media_type text, size_bytes bigint,
    sha256 text, content_id text, inline boolean)
  where not exists (select from attachments e where e.message_id = m.id and e.sha256 = decode(x.sha256, 'hex')
                      and e.filename = x.filename)
)
select id from m`;

/** What a later build reads better, on every ticket that the message is on; files that are new to it are added. */
const READ_ANEW = `
with m as (
  update messages set subject = $2, body_text = $3, body_html = $4, visible_text = $5, visible_spans = $6
   where intake_id = $1 returning id, ticket_id
), a as (
  insert into attachments (id, message_id, position, filename, media_type, size_bytes, sha256, content_id, inline, created_at)
  select gen_random_uuid(), m.id, x.position, x.filename, x.media_type, x.size_bytes, decode(x.sha256, 'hex'),
    x.content_id, x.inline, $7
  from m, jsonb_to_recordset($8::jsonb) as x(position int, filename text, media_type text, size_bytes bigint,
    sha256 text, content_id text, inline boolean)
  where not exists (select from attachments e where e.message_id = m.id and e.sha256 = decode(x.sha256, 'hex')
                      and e.filename = x.filename)
)
select ticket_id as "ticketId" from m order by id`;

/**
 * A human answer counts from its acceptance and covers every message with a smaller id: rows of one ticket are
 * written under its lock, so ids follow the order in which things came to the ticket. An answer given outside (D24) is
 * found later than it was sent: it covers what had been received by then.
 */
const ANSWER_STATE = `
with answers as (
  select id, via_outside, coalesce(received_at, created_at) as sent_at from messages
   where ticket_id = $1 and kind = 'reply' and details ? 'answeredAt' and not details ? 'returnedAt'
)
select exists (select from answers) as "everAnswered", u.id as "messageId", u.received_at as "receivedAt"
  from (select 1) one
  left join lateral (
    select m.id, coalesce(m.received_at, m.created_at) as received_at from messages m
     where m.ticket_id = $1
       and (m.kind = 'inbound' or (m.kind = 'third_party' and m.waiting = 'pending' and m.author_kind = 'third_party'))
       and not m.details ? 'automatic'
       and not exists (select from answers a
                        where case when a.via_outside then coalesce(m.received_at, m.created_at) <= a.sent_at
                                   else m.id < a.id end)
     order by 2, 1 limit 1
  ) u on true`;

/** Rows of `messages`. */
@Injectable()
export class MessageStore {
  async insert(tx: Tx, m: NewMessage): Promise<string> {
    const [row] = await tx.query<{ id: string }>(INSERT, [
      m.ticketId,
      m.kind,
      m.waiting ?? null,
      m.authorKind,
      m.authorAgentId ?? null,
      m.authorName ?? '',
      m.authorAddress ?? null,
      m.subject ?? '',
      m.text,
      m.html ?? null,
      m.visibleText ?? m.text,
      JSON.stringify(m.to ?? []),
      JSON.stringify(m.cc ?? []),
      m.messageIdHeader ?? null,
      m.intakeId ?? null,
      m.thenStatus ?? null,
      m.viaOutside ?? false,
      JSON.stringify(m.details ?? {}),
      m.createdAt,
      m.receivedAt ?? null,
      attachmentsJson(m.attachments ?? []),
      spansJson(m.spans),
    ]);
    return row!.id;
  }

  /** Whether this mail had failed and no other of the ticket is missing now (reads of the outbound module's rows). */
  async onlyMissing(tx: Tx, ticketId: string, outboxId: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from ticket_history h where h.ticket_id = $1 and h.action = 'delivery_failed' and h.after->>'outboxId' = $2
          and not exists (select from outbox o where o.ticket_id = $1 and o.id <> $2::bigint
                             and o.kind <> 'notice' and o.state in ('failed', 'returned', 'unknown')) limit 1`,
      [ticketId, outboxId],
    );
    return rows.length > 0;
  }

  /** An automatic mail of ours as part of the conversation, together with the ticket's deadline. */
  async insertAutomatic(
    tx: Tx,
    m: Pick<NewMessage, 'ticketId' | 'subject' | 'text' | 'html' | 'to' | 'details' | 'createdAt'>,
    deadline: Deadline,
  ): Promise<string> {
    const [row] = await tx.gather<{ id: string }>(INSERT_AUTOMATIC, {
      ticket_id: m.ticketId,
      subject: m.subject ?? '',
      body_text: m.text,
      body_html: m.html ?? null,
      to_addresses: m.to ?? [],
      due_at: deadline.dueAt,
      due_kind: deadline.kind,
      breached: deadline.breached,
      details: m.details ?? {},
      created_at: m.createdAt,
    });
    return row!.id;
  }

  /** A message of this ticket; null if it is not on it. */
  async onTicket(tx: Tx, ticketId: string, messageId: string): Promise<MessageRow | null> {
    const [row] = await tx.query<MessageRow & Record<string, unknown>>(
      `select ${COLUMNS} from messages m where m.id = $2 and m.ticket_id = $1`,
      [ticketId, messageId],
    );
    return row ?? null;
  }

  /** Adds to `details`; existing keys are replaced. */
  async addDetails(
    tx: Tx,
    messageId: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await tx.execute(`update messages set details = details || $2::jsonb where id = $1`, [
      messageId,
      JSON.stringify(details),
    ]);
  }

  async dropDetail(tx: Tx, messageId: string, key: string): Promise<void> {
    await tx.execute(`update messages set details = details - $2 where id = $1 and details ? $2`, [
      messageId,
      key,
    ]);
  }

  /** D17: the messages of a ticket from automatic mail want an answer after all. */
  async markAsPersons(tx: Tx, ticketId: string): Promise<void> {
    await tx.execute(
      `update messages set details = details - 'automatic' where ticket_id = $1 and kind = 'inbound' and details ? 'automatic'`,
      [ticketId],
    );
  }

  /** What an agent decided about a waiting message (D26). An accepted one is the customer side's own from now on. */
  async decideWaiting(tx: Tx, messageId: string, waiting: 'accepted' | 'rejected'): Promise<void> {
    await tx.execute(
      `update messages set waiting = $2, kind = case when $2 = 'accepted' then 'inbound' else kind end where id = $1`,
      [messageId, waiting],
    );
  }

  /** A waiting message turns out to be one of ours: an answer or a note that was written outside (D24). */
  async acceptAsOutside(
    tx: Tx,
    messageId: string,
    as: { kind: 'reply' | 'note'; agentId: string | null },
  ): Promise<void> {
    await tx.execute(
      `update messages set waiting = 'accepted', kind = $2, author_kind = 'agent', author_agent_id = $3,
              via_outside = true, then_status = case when $2 = 'reply' then 'awaiting_customer' end
        where id = $1`,
      [messageId, as.kind, as.agentId],
    );
  }

  async anyWaiting(tx: Tx, ticketId: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from messages where ticket_id = $1 and waiting = 'pending' limit 1`,
      [ticketId],
    );
    return rows.length > 0;
  }

  /** What a person has answered so far, and the oldest customer message that still waits for its answer (D13, D19). */
  async answerState(tx: Tx, ticketId: string): Promise<AnswerState> {
    const [row] = await tx.query<{
      everAnswered: boolean;
      messageId: string | null;
      receivedAt: Date | null;
    }>(ANSWER_STATE, [ticketId]);
    return {
      everAnswered: row?.everAnswered ?? false,
      oldestUnanswered:
        row?.messageId == null ? null : { messageId: row.messageId, receivedAt: row.receivedAt! },
    };
  }

  /** The newest message from the customer's side: its Cc is the default reply's (D26). */
  async lastInbound(tx: Tx, ticketId: string): Promise<MessageRow | null> {
    const [row] = await tx.query<MessageRow & Record<string, unknown>>(
      `select ${COLUMNS} from messages m where m.ticket_id = $1 and m.kind in ('inbound', 'courtesy')
        order by m.id desc limit 1`,
      [ticketId],
    );
    return row ?? null;
  }

  /** Writes a replayed message over its stub (D22) with its attachments; null where the ticket has none of this intake. */
  async refill(tx: Tx, intakeId: string, m: NewMessage): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(REFILL, [
      m.ticketId,
      intakeId,
      m.subject ?? '',
      m.text,
      m.html ?? null,
      m.visibleText ?? m.text,
      JSON.stringify(m.to ?? []),
      JSON.stringify(m.cc ?? []),
      m.messageIdHeader ?? null,
      m.authorName ?? '',
      m.authorAddress ?? null,
      m.createdAt,
      attachmentsJson(m.attachments ?? []),
      spansJson(m.spans),
    ]);
    return row?.id ?? null;
  }

  /** Writes what a later build reads of a received message (D22); returns the tickets that it is on. */
  async readAnew(tx: Tx, intakeId: string, m: NewMessage): Promise<string[]> {
    const rows = await tx.query<{ ticketId: string }>(READ_ANEW, [
      intakeId,
      m.subject ?? '',
      m.text,
      m.html ?? null,
      m.visibleText ?? m.text,
      spansJson(m.spans),
      m.createdAt,
      attachmentsJson(m.attachments ?? []),
    ]);
    return rows.map(({ ticketId }) => ticketId);
  }

  /** The side conversation that a message with these References belongs to, else the newest with this address. */
  async sideConversationOf(
    tx: Tx,
    ticketId: string,
    references: readonly string[],
    address: string,
  ): Promise<string | null> {
    const [row] = await tx.query<{ side: string }>(
      `select m.details->>'sideConversation' as side
         from messages m left join outbox o on o.ticket_message_id = m.id
        where m.ticket_id = $1 and m.kind = 'third_party' and m.details ? 'sideConversation'
          and (coalesce(m.message_id_header, o.message_id) = any($2::text[])
               or m.to_addresses @> jsonb_build_array(jsonb_build_object('address', $3::text))
               or m.cc_addresses @> jsonb_build_array(jsonb_build_object('address', $3::text)))
        order by (coalesce(m.message_id_header, o.message_id) = any($2::text[])) desc nulls last, m.id desc limit 1`,
      [ticketId, references, address],
    );
    return row?.side ?? null;
  }

  /**
   * Message-IDs of the conversation with the customer, oldest first, at most 30: the first one and the newest, so that
   * every client finds its thread and the header stays short (RFC 5322 3.6.4). Side conversations stay out.
   */
  async references(tx: Tx, ticketId: string, sideConversation: string | null): Promise<string[]> {
    const rows = await tx.query<{ id: string; header: string }>(
      `select m.id, coalesce(m.message_id_header, o.message_id) as header
         from messages m left join outbox o on o.ticket_message_id = m.id
        where m.ticket_id = $1 and coalesce(m.message_id_header, o.message_id) is not null
          and ((($2::text) is null and m.kind in ('inbound', 'reply', 'automatic', 'courtesy')
                 and not m.details ? 'sideConversation')
            or m.details->>'sideConversation' = $2::text or m.id::text = $2::text)
        order by m.id`,
      [ticketId, sideConversation],
    );
    const headers = [...new Set(rows.map((row) => row.header))];
    return headers.length <= 30 ? headers : [headers[0]!, ...headers.slice(-29)];
  }
}
