import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { MailAction } from '../events.js';

/** What was decided about a mail, by a person, by evidence or by rule: append only. */
@Entity('outbox_actions')
@Check('ck_outbox_actions_actor_kind', `actor_kind in ('agent', 'operator', 'system')`)
@Check(
  'ck_outbox_actions_action',
  `action in ('retried', 'corrected', 'cancelled', 'confirmed', 'looked', 'assumed_sent', 'resent')`,
)
@Index('ix_outbox_actions_outbox_id', ['outboxId', 'id'])
export class OutboxActionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_outbox_actions',
  })
  id: string;

  @ForeignKey('OutboxEntity', { name: 'fk_outbox_actions_outbox_id' })
  @Column('bigint', { name: 'outbox_id' })
  outboxId: string;

  @Column('timestamptz')
  at: Date;

  @Column('text', { name: 'actor_kind' })
  actorKind: 'agent' | 'operator' | 'system';

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text')
  action: MailAction;

  @Column('jsonb', { default: {} })
  details: Record<string, unknown>;
}
