import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A comparison of a mailbox's server with what is recorded: asked for, then answered by whoever holds the mailbox. */
@Entity('reconciliations')
@Check('ck_reconciliations_requested_by', `requested_by in ('schedule', 'operator')`)
@Index('uq_reconciliations_open', { synchronize: false })
@Index('ix_reconciliations_mailbox_key', { synchronize: false })
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], { name: 'fk_reconciliations_mailbox_key' })
export class ReconciliationEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_reconciliations',
  })
  id: string;

  @Column('text', { name: 'mailbox_key' })
  mailboxKey: string;

  @Column('text', { name: 'requested_by' })
  requestedBy: 'schedule' | 'operator';

  @Column('boolean')
  fix: boolean;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  @Column('integer', { default: 0 })
  begun: number;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('integer', { nullable: true })
  differences: number | null;

  @Column('jsonb', { nullable: true })
  report: unknown;
}
