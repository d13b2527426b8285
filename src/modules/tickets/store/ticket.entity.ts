import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A ticket; its id is the protocol number. Writes go through SQL in `ticket.store.ts` and `opening.store.ts`. */
@Entity('tickets')
@Check('ck_tickets_status', `status in ('open', 'awaiting_customer', 'resolved')`)
@Check(
  'ck_tickets_close_reason',
  `close_reason is null or close_reason in ('spam', 'duplicate', 'out_of_scope', 'no_answer_needed', 'no_response')`,
)
@Check('ck_tickets_lane', `lane in ('inbox', 'suspected', 'quarantined', 'automatic')`)
@Check(
  'ck_tickets_channel',
  `channel in ('email', 'form', 'phone', 'chat', 'whatsapp', 'messenger', 'assistant', 'other')`,
)
@Check('ck_tickets_priority', `priority in ('normal', 'high', 'critical')`)
@Check(
  'ck_tickets_reason_decided_by',
  `reason_decided_by in ('form', 'sub_address', 'subject_tag', 'mailbox', 'clues', 'classifier', 'fallback', 'none', 'agent')`,
)
@Check('ck_tickets_reason_confidence', `reason_confidence between 0 and 1`)
@Index('ix_tickets_queue_key_status_due_at', { synchronize: false })
@Index('ix_tickets_queue_key_due_at', { synchronize: false })
@Index('ix_tickets_queue_key_status_last_activity_at', [
  'queueKey',
  'status',
  'lastActivityAt',
  'id',
])
@Index('ix_tickets_queue_key_last_activity_at', ['queueKey', 'lastActivityAt', 'id'])
@Index('ix_tickets_queue_key_status_created_at', ['queueKey', 'status', 'createdAt', 'id'])
@Index('ix_tickets_queue_key_created_at', ['queueKey', 'createdAt', 'id'])
@Index('ix_tickets_resolved_at', { synchronize: false })
@Index('ix_tickets_assignee_id', { synchronize: false })
@Index('ix_tickets_unassigned', { synchronize: false })
@Index('ix_tickets_requester_id', ['requesterId', 'createdAt'])
@Index('ix_tickets_reason_key', ['reasonKey', 'queueKey', 'status'])
@Index('ix_tickets_lane', { synchronize: false })
@Index('ix_tickets_twin_group', { synchronize: false })
@Index('ix_tickets_follow_up_of', { synchronize: false })
@Index('ix_tickets_escalation_of', { synchronize: false })
@Index('ix_tickets_escalated_to', { synchronize: false })
export class TicketEntity {
  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'pk_tickets',
    default: () => `nextval('ticket_protocol')`,
  })
  id: string;

  @Column('text')
  subject: string;

  @Column('text', { default: 'open' })
  status: string;

  @Column('text', { name: 'close_reason', nullable: true })
  closeReason: string | null;

  @Column('text', { default: 'inbox' })
  lane: string;

  @Column('text')
  channel: string;

  @ForeignKey('MailboxEntity', { name: 'fk_tickets_mailbox_key' })
  @Column('text', { name: 'mailbox_key', nullable: true })
  mailboxKey: string | null;

  @ForeignKey('QueueEntity', { name: 'fk_tickets_queue_key' })
  @Column('text', { name: 'queue_key' })
  queueKey: string;

  @ForeignKey('RequesterEntity', { name: 'fk_tickets_requester_id' })
  @Column('uuid', { name: 'requester_id', nullable: true })
  requesterId: string | null;

  /** The address the request came from. */
  @Column('text', { name: 'requester_address', nullable: true })
  requesterAddress: string | null;

  /** Where answers go (D26). */
  @Column('text', { name: 'reply_to_address', nullable: true })
  replyToAddress: string | null;

  @ForeignKey('ReasonEntity', { name: 'fk_tickets_reason_key' })
  @Column('text', { name: 'reason_key', nullable: true })
  reasonKey: string | null;

  @Column('text', { name: 'reason_decided_by' })
  reasonDecidedBy: string;

  @Column('real', { name: 'reason_confidence' })
  reasonConfidence: number;

  @Column('jsonb', { name: 'reason_evidence', default: {} })
  reasonEvidence: Record<string, unknown>;

  @ForeignKey('AgentEntity', { name: 'fk_tickets_assignee_id' })
  @Column('uuid', { name: 'assignee_id', nullable: true })
  assigneeId: string | null;

  @Column('text', { default: 'normal' })
  priority: string;

  @Column('text', { array: true, default: [] })
  tags: string[];

  @Column('text', { array: true, default: [] })
  marks: string[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('timestamptz', { name: 'last_activity_at' })
  lastActivityAt: Date;

  @Column('timestamptz', { name: 'resolved_at', nullable: true })
  resolvedAt: Date | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('text', { name: 'due_kind', nullable: true })
  dueKind: string | null;

  @Column('boolean', { default: false })
  breached: boolean;

  @ForeignKey('QueueEntity', { name: 'fk_tickets_escalated_to' })
  @Column('text', { name: 'escalated_to', nullable: true })
  escalatedTo: string | null;

  @Column('timestamptz', { name: 'escalated_at', nullable: true })
  escalatedAt: Date | null;

  @ForeignKey('TicketEntity', { name: 'fk_tickets_follow_up_of' })
  @Column('bigint', { name: 'follow_up_of', nullable: true })
  followUpOf: string | null;

  @ForeignKey('TicketEntity', { name: 'fk_tickets_escalation_of' })
  @Column('bigint', { name: 'escalation_of', nullable: true })
  escalationOf: string | null;

  @Column('bigint', { name: 'twin_group', nullable: true })
  twinGroup: string | null;

  @ForeignKey('TicketEntity', { name: 'fk_tickets_merged_into' })
  @Column('bigint', { name: 'merged_into', nullable: true })
  mergedInto: string | null;

  @Column('integer', { default: 1 })
  version: number;
}
