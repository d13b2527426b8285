import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { CloseReason, TicketStatus } from '../domain/ticket-status.js';

export type Lane = 'inbox' | 'suspected' | 'quarantined' | 'automatic';
export type Priority = 'normal' | 'high' | 'critical';

/** A ticket as commands read and change it; the id is the protocol. */
export interface TicketRow {
  readonly id: string;
  readonly channel: string;
  readonly mailboxKey: string | null;
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly followUpOf: string | null;
  readonly escalationOf: string | null;
  readonly mergedInto: string | null;
  readonly version: number;
  subject: string;
  status: TicketStatus;
  closeReason: CloseReason | null;
  lane: Lane;
  queueKey: string;
  requesterId: string | null;
  requesterAddress: string | null;
  replyToAddress: string | null;
  reasonKey: string | null;
  reasonDecidedBy: string;
  reasonConfidence: number;
  reasonEvidence: Record<string, unknown>;
  assigneeId: string | null;
  priority: Priority;
  tags: string[];
  marks: string[];
  lastActivityAt: Date;
  resolvedAt: Date | null;
  dueAt: Date | null;
  dueKind: string | null;
  breached: boolean;
  escalatedTo: string | null;
  escalatedAt: Date | null;
  twinGroup: string | null;
}

export const TICKET_COLUMNS = `t.id, t.subject, t.status, t.close_reason as "closeReason", t.lane, t.channel,
  t.mailbox_key as "mailboxKey", t.queue_key as "queueKey", t.requester_id as "requesterId",
  t.requester_address as "requesterAddress", t.reply_to_address as "replyToAddress",
  t.reason_key as "reasonKey", t.reason_decided_by as "reasonDecidedBy",
  t.reason_confidence as "reasonConfidence", t.reason_evidence as "reasonEvidence",
  t.assignee_id as "assigneeId", t.priority, t.tags, t.marks, t.created_at as "createdAt",
  t.received_at as "receivedAt", t.last_activity_at as "lastActivityAt", t.resolved_at as "resolvedAt",
  t.due_at as "dueAt", t.due_kind as "dueKind", t.breached, t.escalated_to as "escalatedTo",
  t.escalated_at as "escalatedAt", t.follow_up_of as "followUpOf", t.escalation_of as "escalationOf",
  t.twin_group as "twinGroup", t.merged_into as "mergedInto", t.version`;

const LOCK = `select ${TICKET_COLUMNS} from tickets t where t.id = $1 for no key update`;

const SAVE = `update tickets set subject = $2, status = $3, close_reason = $4, lane = $5, queue_key = $6,
  requester_id = $7, requester_address = $8, reply_to_address = $9, reason_key = $10, reason_decided_by = $11,
  reason_confidence = $12, reason_evidence = $13, assignee_id = $14, priority = $15, tags = $16, marks = $17,
  last_activity_at = $18, resolved_at = $19, due_at = $20, due_kind = $21, breached = $22, escalated_to = $23,
  escalated_at = $24, twin_group = $25, version = version + 1
  where id = $1 returning version`;

/** The ticket's deadline as the sla module reports it. */
export interface Deadline {
  readonly dueAt: Date | null;
  readonly kind: string | null;
  readonly breached: boolean;
}

/** Puts the sla module's summary on the row; `save` writes it. */
export function takeDeadline(ticket: TicketRow, deadline: Deadline): void {
  ticket.dueAt = deadline.dueAt;
  ticket.dueKind = deadline.kind;
  ticket.breached = deadline.breached;
}

/** Rows of `tickets`. */
@Injectable()
export class TicketStore {
  /** The ticket, locked until the transaction ends: whatever changes a ticket takes this lock first. Null if unknown. */
  async lock(tx: Tx, id: string): Promise<TicketRow | null> {
    const [row] = await tx.query<TicketRow & Record<string, unknown>>(LOCK, [id]);
    return row ?? null;
  }

  /** Writes every changeable column and raises the version, which it returns. */
  async save(tx: Tx, t: TicketRow): Promise<number> {
    const [row] = await tx.query<{ version: number }>(SAVE, [
      t.id,
      t.subject,
      t.status,
      t.closeReason,
      t.lane,
      t.queueKey,
      t.requesterId,
      t.requesterAddress,
      t.replyToAddress,
      t.reasonKey,
      t.reasonDecidedBy,
      t.reasonConfidence,
      JSON.stringify(t.reasonEvidence),
      t.assigneeId,
      t.priority,
      t.tags,
      t.marks,
      t.lastActivityAt,
      t.resolvedAt,
      t.dueAt,
      t.dueKind,
      t.breached,
      t.escalatedTo,
      t.escalatedAt,
      t.twinGroup,
    ]);
    return row?.version ?? t.version + 1;
  }

  /** Writes the deadline alone, for a ticket that was just opened in this transaction. */
  async setDeadline(tx: Tx, id: string, deadline: Deadline): Promise<void> {
    if (deadline.dueAt === null) return;
    await tx.execute(
      `update tickets set due_at = $2, due_kind = $3, breached = $4
        where id = $1 and (due_at, due_kind, breached) is distinct from ($2::timestamptz, $3::text, $4::boolean)`,
      [id, deadline.dueAt, deadline.kind, deadline.breached],
    );
  }

  /** Tickets that share an escalation of this one with a second team (D20) and are still open, locked. */
  openSharesOf(tx: Tx, id: string): Promise<TicketRow[]> {
    return tx.query<TicketRow & Record<string, unknown>>(
      `select ${TICKET_COLUMNS} from tickets t where t.escalation_of = $1 and t.status <> 'resolved'
        order by t.id for no key update`,
      [id],
    );
  }

  /** Whether the return clock that runs began with this message (a read of the sla module's rows). */
  async returnClockStartedBy(tx: Tx, ticketId: string, messageId: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from clocks where ticket_id = $1 and started_by_message_id = $2 and ended_at is null
          and kind in ('first_return', 'next_return')`,
      [ticketId, messageId],
    );
    return rows.length > 0;
  }

  /** What a clock says about itself now (a read of the sla module's rows); null for one that never was. */
  async clockMark(
    tx: Tx,
    clockId: string,
  ): Promise<{
    kind: string;
    running: boolean;
    warnedAt: Date | null;
    breachedAt: Date | null;
  } | null> {
    const [row] = await tx.query<{
      kind: string;
      running: boolean;
      warnedAt: Date | null;
      breachedAt: Date | null;
    }>(
      `select kind, ended_at is null as running, warned_at as "warnedAt", breached_at as "breachedAt"
         from clocks where id = $1`,
      [clockId],
    );
    return row ?? null;
  }

  /** The flag of the deadline that lists show, if it is still this one. */
  async markBreached(tx: Tx, id: string, dueAt: string): Promise<void> {
    await tx.execute(`update tickets set breached = true where id = $1 and due_at = $2`, [
      id,
      dueAt,
    ]);
  }

  /** What the customer wrote first, without quotes; null where nobody wrote. */
  async firstWords(tx: Tx, ticketId: string): Promise<{ messageId: string; text: string } | null> {
    const [row] = await tx.query<{ messageId: string; text: string }>(
      `select m.id::text as "messageId", m.visible_text as text from messages m
        where m.ticket_id = $1 and m.kind = 'inbound' order by m.id limit 1`,
      [ticketId],
    );
    return row ?? null;
  }

  /** Whether intake found a DMARC failure on one of its messages (a read of the journal of decisions, D23). */
  async dmarcFailed(tx: Tx, ticketId: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from messages m join intake i on i.id = m.intake_id
        where m.ticket_id = $1 and i.decisions @> '[{"evidence": {"dmarcFailed": true}}]' limit 1`,
      [ticketId],
    );
    return rows.length > 0;
  }

  /** Makes the ticket the first of its twins if it is not one of several yet; returns the group (D25). */
  async twinGroupOf(tx: Tx, id: string): Promise<string | null> {
    const [row] = await tx.query<{ twin_group: string }>(
      `update tickets set twin_group = coalesce(twin_group, id) where id = $1 returning twin_group`,
      [id],
    );
    return row?.twin_group ?? null;
  }

  /** Whether one of a twin group was acknowledged: one message is acknowledged once (D25). */
  async groupAcknowledged(tx: Tx, group: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from tickets t join messages m on m.ticket_id = t.id
        where t.twin_group = $1 and m.details ->> 'what' in ('acknowledgement', 'follow_up', 'wrong_channel') limit 1`,
      [group],
    );
    return rows.length > 0;
  }

  /** The other tickets of a twin group that a person still may answer, oldest first (D25). */
  async twinsOf(
    tx: Tx,
    ticket: { id: string; twinGroup: string | null },
  ): Promise<{ id: string; queueKey: string; status: TicketStatus; answered: boolean }[]> {
    if (ticket.twinGroup === null) return [];
    return tx.query(
      `select t.id, t.queue_key as "queueKey", t.status,
              exists (select from messages m where m.ticket_id = t.id and m.kind = 'reply') as answered
         from tickets t where t.twin_group = $1 and t.id <> $2 order by t.id`,
      [ticket.twinGroup, ticket.id],
    );
  }
}
