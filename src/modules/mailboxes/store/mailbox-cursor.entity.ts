import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** How far a watched folder has been recorded: the pair (uidvalidity, last_uid), no dates (D1, D15). */
@Entity('mailbox_cursors')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], {
  name: 'fk_mailbox_cursors_mailbox_key',
})
export class MailboxCursorEntity {
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_mailbox_cursors',
  })
  mailboxKey: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_mailbox_cursors' })
  folder: string;

  @Column('bigint')
  uidvalidity: string;

  @Column('bigint', { name: 'last_uid' })
  lastUid: string;

  /** Messages received before this instant are historical (D1). */
  @Column('timestamptz', { name: 'start_at', nullable: true })
  startAt: Date | null;

  /** After a UIDVALIDITY change: up to this UID a message may be one that was historical before (D1). */
  @Column('bigint', { name: 'recognise_up_to', nullable: true })
  recogniseUpTo: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
