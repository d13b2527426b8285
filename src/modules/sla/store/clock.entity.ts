import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One promise that runs or ran on a ticket, with the policy and the calendar version it was given under (D19). */
@Entity('clocks')
@Check(
  'ck_clocks_kind',
  `kind in ('first_return', 'next_return', 'resolution', 'overall_resolution', 'internal_return', 'internal_resolution')`,
)
@Check('ck_clocks_state', `state in ('running', 'paused', 'met', 'breached', 'cancelled')`)
@Check('ck_clocks_ended', `(state in ('met', 'cancelled')) <= (ended_at is not null)`)
@Index('ix_clocks_ticket_id', ['ticketId', 'id'])
@Index('uq_clocks_running_return', { synchronize: false })
@Index('uq_clocks_running_resolution', { synchronize: false })
@Index('uq_clocks_running_target', { synchronize: false })
@Index('ix_clocks_due_at', { synchronize: false })
@Index('ix_clocks_warn_at', { synchronize: false })
@Index('ix_clocks_started_at', ['startedAt'])
@Index('ix_clocks_ended_at', { synchronize: false })
@Index('ix_clocks_unmeasured', { synchronize: false })
export class ClockEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_clocks',
  })
  id: string;

  @ForeignKey('TicketEntity', { name: 'fk_clocks_ticket_id' })
  @Column('bigint', { name: 'ticket_id' })
  ticketId: string;

  @Column('text')
  kind: string;

  /** `breached` with no `ended_at`: overdue and still owed. */
  @Column('text')
  state: string;

  @Column('text', { name: 'policy_key' })
  policyKey: string;

  @Column('jsonb')
  policy: Record<string, unknown>;

  /** Null: started before policies had versions. */
  @ForeignKey('PolicyVersionEntity', { name: 'fk_clocks_policy_version_id' })
  @Column('bigint', { name: 'policy_version_id', nullable: true })
  policyVersionId: string | null;

  @ForeignKey('CalendarVersionEntity', { name: 'fk_clocks_calendar_version_id' })
  @Column('bigint', { name: 'calendar_version_id' })
  calendarVersionId: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @ForeignKey('MessageEntity', { name: 'fk_clocks_started_by_message_id' })
  @Column('bigint', { name: 'started_by_message_id', nullable: true })
  startedByMessageId: string | null;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('timestamptz', { name: 'warn_at', nullable: true })
  warnAt: Date | null;

  /** The warnings after `warn_at`, in order. */
  @Column('timestamptz', { name: 'later_warnings', array: true, default: [] })
  laterWarnings: Date[];

  @Column('timestamptz', { name: 'warned_at', nullable: true })
  warnedAt: Date | null;

  @Column('timestamptz', { name: 'breached_at', nullable: true })
  breachedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @ForeignKey('MessageEntity', { name: 'fk_clocks_ended_by_message_id' })
  @Column('bigint', { name: 'ended_by_message_id', nullable: true })
  endedByMessageId: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;

  @Column('jsonb', { default: [] })
  pauses: unknown[];

  /** Service time from start to end by the clock's own calendar version, without pauses. Null while it runs. */
  @Column('bigint', { name: 'business_ms', nullable: true })
  businessMs: string | null;

  /** Whose it was when it ended: reports of the past do not follow a ticket that moves later. */
  @ForeignKey('QueueEntity', { name: 'fk_clocks_ended_queue_key' })
  @Column('text', { name: 'ended_queue_key', nullable: true })
  endedQueueKey: string | null;

  @ForeignKey('ReasonEntity', { name: 'fk_clocks_ended_reason_key' })
  @Column('text', { name: 'ended_reason_key', nullable: true })
  endedReasonKey: string | null;

  /** Who wrote the answer that ended it, else the ticket's assignee. */
  @ForeignKey('AgentEntity', { name: 'fk_clocks_ended_agent_id' })
  @Column('uuid', { name: 'ended_agent_id', nullable: true })
  endedAgentId: string | null;

  /** How often an answer that had ended it came back (D19). */
  @Column('int', { default: 0 })
  revocations: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
