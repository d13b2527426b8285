import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** Every message that reached a watched folder: exactly one row, one disposition (D22). */
@Entity('intake')
@Unique('uq_intake_mailbox_key_folder_uidvalidity_uid', [
  'mailboxKey',
  'folder',
  'uidvalidity',
  'uid',
])
@Check('ck_intake_folder_role', `folder_role in ('inbox', 'junk', 'sent')`)
@Check('ck_intake_state', `state in ('stored', 'done', 'quarantined')`)
@Check(
  'ck_intake_disposition',
  `disposition is null or disposition in ('ticket_opened', 'ticket_reply', 'follow_up', 'twin', 'duplicate', 'bounce', 'auto_reply', 'loop', 'own', 'courtesy', 'feedback', 'receipt', 'complaint', 'bulk_list', 'third_party_pending', 'spam_suspected', 'quarantined', 'historical', 'vanished', 'canary', 'ignored')`,
)
@Check('ck_intake_disposed', `(state = 'stored') = (disposition is null)`)
@Check(
  'ck_intake_ticket_id',
  `disposition is null or disposition not in ('ticket_opened', 'ticket_reply', 'follow_up', 'twin') or ticket_id is not null`,
)
@Check('ck_intake_server_action', `server_action in ('none', 'pending', 'done')`)
// Partial and descending indexes stand in the migration alone.
@Index('ix_intake_todo', { synchronize: false })
@Index('ix_intake_server_action', { synchronize: false })
@Index('ix_intake_fingerprint', { synchronize: false })
@Index('ix_intake_message_id_header', { synchronize: false })
@Index('ix_intake_disposition', { synchronize: false })
@Index('ix_intake_mailbox_key', { synchronize: false })
@Index('ix_intake_quarantined', { synchronize: false })
@Index('ix_intake_ticket_id', { synchronize: false })
@Index('ix_intake_sha256', { synchronize: false })
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], { name: 'fk_intake_mailbox_key' })
@ForeignKey('QueueEntity', ['queueKey'], ['key'], { name: 'fk_intake_queue_key' })
@ForeignKey('BlobEntity', ['sha256'], ['sha256'], { name: 'fk_intake_sha256' })
@ForeignKey('TicketEntity', ['ticketId'], ['id'], { name: 'fk_intake_ticket_id' })
export class IntakeEntity {
  @PrimaryColumn('bigint', {
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_intake',
  } as never)
  id: string;

  @Column('text', { name: 'mailbox_key' })
  mailboxKey: string;

  @Column('text', { name: 'queue_key' })
  queueKey: string;

  @Column('text')
  folder: string;

  @Column('text', { name: 'folder_role', default: 'inbox' })
  folderRole: 'inbox' | 'junk' | 'sent';

  @Column('bigint')
  uidvalidity: string;

  @Column('bigint')
  uid: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('bytea', { nullable: true })
  sha256: Buffer | null;

  @Column('boolean', { default: false })
  partial: boolean;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('timestamptz', { name: 'fetched_at' })
  fetchedAt: Date;

  @Column('text')
  state: 'stored' | 'done' | 'quarantined';

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt: Date;

  @Column('text', { nullable: true })
  disposition: string | null;

  @Column('bytea', { nullable: true })
  fingerprint: Buffer | null;

  @Column('text', { name: 'message_id_header', nullable: true })
  messageIdHeader: string | null;

  @Column('text', { name: 'from_address', nullable: true })
  fromAddress: string | null;

  @Column('text', { nullable: true })
  subject: string | null;

  @Column('bigint', { name: 'ticket_id', nullable: true })
  ticketId: string | null;

  @Column('jsonb', { default: [] })
  decisions: unknown;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt: Date | null;

  @Column('text', { name: 'server_action', default: 'none' })
  serverAction: 'none' | 'pending' | 'done';

  /** SPF, DKIM and DMARC: who looked and what came of it. */
  @Column('jsonb', { nullable: true })
  authentication: unknown;

  /** The build that quarantined it: another one tries again. */
  @Column('text', { nullable: true })
  build: string | null;
}
