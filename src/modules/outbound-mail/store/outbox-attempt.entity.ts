import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** One conversation with a server about one mail; written before it begins. */
@Entity('outbox_attempts')
@Check(
  'ck_outbox_attempts_outcome',
  `outcome is null or outcome in ('accepted', 'partly_accepted', 'refused', 'temporary', 'unknown', 'not_tried')`,
)
export class OutboxAttemptEntity {
  @ForeignKey('OutboxEntity', { name: 'fk_outbox_attempts_outbox_id' })
  @PrimaryColumn('bigint', { name: 'outbox_id', primaryKeyConstraintName: 'pk_outbox_attempts' })
  outboxId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_outbox_attempts' })
  attempt: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { nullable: true })
  outcome: string | null;

  @Column('integer', { nullable: true })
  code: number | null;

  @Column('text', { nullable: true })
  response: string | null;
}
