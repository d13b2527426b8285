import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { OutboundKind, OutboxRecipient, OutboxState } from '../domain/outgoing.js';

/** One mail that leaves: written in the transaction that causes it, sent afterwards. */
@Entity('outbox')
@Unique('uq_outbox_message_id', ['messageId'])
@Unique('uq_outbox_dedupe_key', ['dedupeKey'])
@Check(
  'ck_outbox_state',
  `state in ('queued', 'held', 'sending', 'sent', 'returned', 'failed', 'unknown', 'cancelled')`,
)
@Check(
  'ck_outbox_kind',
  `kind in ('acknowledgement', 'acknowledgement_summary', 'reply', 'forward', 'escalation', 'follow_up', 'resolved', 'wrong_channel', 'form_confirmation', 'notice', 'reminder', 'closing', 'canary')`,
)
@Check('ck_outbox_message_id', `message_id <> ''`)
@Check(
  'ck_outbox_sent_copy',
  `sent_copy is null or sent_copy in ('pending', 'filed', 'found', 'failed')`,
)
@Check(
  'ck_outbox_acknowledgement_key',
  `kind <> 'acknowledgement' or ticket_id is null or (dedupe_key is not null and dedupe_key = 'acknowledgement:' || ticket_id)`,
)
@Check('ck_outbox_sent_at', `state <> 'sent' or sent_at is not null`)
@Index('uq_outbox_ticket_message_id_reply', { synchronize: false })
@Index('ix_outbox_due', { synchronize: false })
@Index('ix_outbox_sending', { synchronize: false })
@Index('ix_outbox_state', { synchronize: false })
@Index('ix_outbox_ticket_id', { synchronize: false })
@Index('ix_outbox_ticket_message_id', { synchronize: false })
@Index('ix_outbox_primary_recipient', { synchronize: false })
@Index('ix_outbox_automatic_claimed_at', { synchronize: false })
@Index('ix_outbox_sent_copy', { synchronize: false })
@Index('ix_outbox_unknown', { synchronize: false })
@Index('ix_outbox_expires_at', { synchronize: false })
export class OutboxEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_outbox',
  })
  id: string;

  @ForeignKey('MailboxEntity', { name: 'fk_outbox_mailbox_key' })
  @Column('text', { name: 'mailbox_key' })
  mailboxKey: string;

  @Column('text')
  kind: OutboundKind;

  @Column('boolean')
  automatic: boolean;

  @ForeignKey('TicketEntity', { name: 'fk_outbox_ticket_id' })
  @Column('bigint', { name: 'ticket_id', nullable: true })
  ticketId: string | null;

  @ForeignKey('MessageEntity', { name: 'fk_outbox_ticket_message_id' })
  @Column('bigint', { name: 'ticket_message_id', nullable: true })
  ticketMessageId: string | null;

  @Column('text', { name: 'dedupe_key', nullable: true })
  dedupeKey: string | null;

  @Column('text', { name: 'message_id' })
  messageId: string;

  @Column('text', { name: 'in_reply_to', nullable: true })
  inReplyTo: string | null;

  @Column('text', { name: 'reference_ids', array: true, default: [] })
  referenceIds: string[];

  @Column('text', { name: 'from_address' })
  fromAddress: string;

  @Column('text', { name: 'from_name', default: '' })
  fromName: string;

  @Column('text', { name: 'reply_to', nullable: true })
  replyTo: string | null;

  @Column('text', { name: 'envelope_from' })
  envelopeFrom: string;

  @Column('jsonb')
  recipients: OutboxRecipient[];

  @Column('text', { name: 'primary_recipient' })
  primaryRecipient: string;

  @Column('text')
  subject: string;

  @Column('text', { name: 'body_text' })
  bodyText: string;

  @Column('text', { name: 'body_html', nullable: true })
  bodyHtml: string | null;

  @Column('jsonb', { default: {} })
  headers: Record<string, string>;

  @Column('text', { default: 'queued' })
  state: OutboxState;

  @Column('text', { name: 'state_reason', nullable: true })
  stateReason: string | null;

  @Column('timestamptz', { name: 'not_before' })
  notBefore: Date;

  @Column('timestamptz', { name: 'give_up_at' })
  giveUpAt: Date;

  /** Not sent any more from this instant on. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('text', { name: 'claimed_by', nullable: true })
  claimedBy: string | null;

  @Column('timestamptz', { name: 'claimed_at', nullable: true })
  claimedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt: Date | null;

  @Column('text', { name: 'server_response', nullable: true })
  serverResponse: string | null;

  @Column('integer', { default: 1 })
  version: number;

  /** Our own copy in the Sent folder; null: none is wanted. */
  @Column('text', { name: 'sent_copy', nullable: true })
  sentCopy: 'pending' | 'filed' | 'found' | 'failed' | null;

  @Column('integer', { name: 'sent_copy_tries', default: 0 })
  sentCopyTries: number;

  @Column('timestamptz', { name: 'sent_copy_due_at', nullable: true })
  sentCopyDueAt: Date | null;

  @Column('text', { name: 'sent_copy_error', nullable: true })
  sentCopyError: string | null;

  /** When evidence was last looked for, while the fate is unknown. */
  @Column('timestamptz', { name: 'looked_at', nullable: true })
  lookedAt: Date | null;
}
