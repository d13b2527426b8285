import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A warning or a breach that people are to be told of, until it is decided whom, and for a while after. */
@Entity('deadline_notices')
@Unique('uq_deadline_notices_point', ['clockId', 'news', 'pointAt'])
@Check('ck_deadline_notices_news', `news in ('warned', 'breached')`)
@Check('ck_deadline_notices_outcome', `outcome in ('waiting', 'told', 'nobody', 'moot')`)
@Check('ck_deadline_notices_decided', `(outcome = 'waiting') = (decided_at is null)`)
@Index('ix_deadline_notices_waiting', { synchronize: false })
@Index('ix_deadline_notices_decided_at', { synchronize: false })
export class DeadlineNoticeEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_deadline_notices',
  })
  id: string;

  @Column('bigint', { name: 'clock_id' })
  @ForeignKey('ClockEntity', { name: 'fk_deadline_notices_clock_id' })
  clockId: string;

  @Column('bigint', { name: 'ticket_id' })
  @ForeignKey('TicketEntity', { name: 'fk_deadline_notices_ticket_id' })
  @Index('ix_deadline_notices_ticket_id')
  ticketId: string;

  @Column('text')
  news: string;

  /** Which warning of several; of a breach the due instant. */
  @Column('timestamptz', { name: 'point_at' })
  pointAt: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  /** The opening at which it is decided (D18). */
  @Column('timestamptz', { name: 'decide_at' })
  decideAt: Date;

  @Column('text', { default: 'waiting' })
  outcome: string;

  /** How many mails. */
  @Column('integer', { default: 0 })
  told: number;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;
}
