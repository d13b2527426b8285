import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A mailbox that was ever configured. */
@Entity('mailboxes')
@ForeignKey('QueueEntity', ['queueKey'], ['key'], { name: 'fk_mailboxes_queue_key' })
export class MailboxEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_mailboxes' })
  key: string;

  @Column('text')
  address: string;

  @Column('text', { name: 'queue_key' })
  queueKey: string;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
