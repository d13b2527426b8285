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

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
