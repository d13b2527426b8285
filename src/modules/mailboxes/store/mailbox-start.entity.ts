import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** From when on a mailbox's mail becomes tickets (D1), as it was fixed at the first connection or by command. */
@Entity('mailbox_starts')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], {
  name: 'fk_mailbox_starts_mailbox_key',
})
export class MailboxStartEntity {
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_mailbox_starts',
  })
  mailboxKey: string;

  /** `startFrom` of the configuration that this start answers to. */
  @Column('text', { name: 'start_from' })
  startFrom: string;

  /** Null: everything (`startFrom: all`). */
  @Column('timestamptz', { name: 'start_at', nullable: true })
  startAt: Date | null;

  @Column('text', { name: 'confirmed_by' })
  confirmedBy: string;

  @Column('timestamptz', { name: 'confirmed_at' })
  confirmedAt: Date;
}
