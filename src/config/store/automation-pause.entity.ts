import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** Automatic mail that is held back: of one mailbox, or of all where `mailboxKey` is null. */
@Entity('automation_pauses')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], { name: 'fk_automation_pauses_mailbox_key' })
// In the database nulls are not distinct: one general pause at most. TypeORM cannot say so and leaves it alone.
@Unique('uq_automation_pauses_mailbox_key', ['mailboxKey'])
export class AutomationPauseEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_automation_pauses',
  })
  id: string;

  @Column('text', { name: 'mailbox_key', nullable: true })
  mailboxKey: string | null;

  @Column('text')
  reason: string;

  @Column('text', { name: 'paused_by' })
  pausedBy: string;

  @Column('timestamptz', { name: 'paused_at' })
  pausedAt: Date;
}
