import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The certificate that a server of a mailbox showed when it was last connected to. */
@Entity('mailbox_certificates')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], {
  name: 'fk_mailbox_certificates_mailbox_key',
})
@Check('ck_mailbox_certificates_protocol', `protocol in ('imap', 'smtp')`)
export class MailboxCertificateEntity {
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_mailbox_certificates',
  })
  mailboxKey: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_mailbox_certificates' })
  protocol: 'imap' | 'smtp';

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'seen_at' })
  seenAt: Date;
}
