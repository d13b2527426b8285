import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Automatic mail to this correspondent waits for a person's word (D21). */
@Entity('automatic_holds')
@Check('ck_automatic_holds_reason', `reason in ('budget', 'echo', 'repeated_body')`)
export class AutomaticHoldEntity {
  @ForeignKey('MailboxEntity', { name: 'fk_automatic_holds_mailbox_key' })
  @PrimaryColumn('text', { name: 'mailbox_key', primaryKeyConstraintName: 'pk_automatic_holds' })
  mailboxKey: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_automatic_holds' })
  correspondent: string;

  @Column('timestamptz', { name: 'held_at' })
  heldAt: Date;

  @Column('timestamptz', { name: 'held_until' })
  heldUntil: Date;

  @Column('text')
  reason: string;
}
