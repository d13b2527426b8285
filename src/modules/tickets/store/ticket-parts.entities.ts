import {
  Check,
  Column,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';

/** Who may write to a ticket by mail (D26). */
@Entity('ticket_participants')
@Check('ck_ticket_participants_role', `role in ('requester', 'cc', 'accepted', 'outsider')`)
@Check('ck_ticket_participants_address', `address = lower(address) and address <> ''`)
export class TicketParticipantEntity {
  @ForeignKey('TicketEntity', { name: 'fk_ticket_participants_ticket_id' })
  @PrimaryColumn('bigint', {
    name: 'ticket_id',
    primaryKeyConstraintName: 'pk_ticket_participants',
  })
  ticketId: string;

  @Index('ix_ticket_participants_address')
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_ticket_participants' })
  address: string;

  @Column('text', { default: '' })
  name: string;

  @Column('text')
  role: string;

  @Column('text', { name: 'added_by' })
  addedBy: string;

  @Column('timestamptz', { name: 'added_at' })
  addedAt: Date;
}

/** A file on a message, or an upload that waits for one. */
@Entity('attachments')
@Index('ix_attachments_message_id', { synchronize: false })
export class AttachmentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_attachments' })
  id: string;

  @ForeignKey('MessageEntity', { name: 'fk_attachments_message_id' })
  @Column('bigint', { name: 'message_id', nullable: true })
  messageId: string | null;

  @ForeignKey('AgentEntity', { name: 'fk_attachments_uploaded_by' })
  @Column('uuid', { name: 'uploaded_by', nullable: true })
  uploadedBy: string | null;

  @Column('integer', { default: 0 })
  position: number;

  @Column('text')
  filename: string;

  @Column('text', { name: 'media_type' })
  mediaType: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @ForeignKey('BlobEntity', { name: 'fk_attachments_sha256' })
  @Column('bytea')
  sha256: Buffer;

  @Column('text', { name: 'content_id', nullable: true })
  contentId: string | null;

  @Column('boolean', { default: false })
  inline: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}

/** Tickets whose acknowledgement waits for the sender's hourly summary (D7). */
@Entity('acknowledgement_backlog')
@Index('ix_acknowledgement_backlog_address', ['address', 'summarisedAt'])
@Index('ix_acknowledgement_backlog_waiting', { synchronize: false })
export class AcknowledgementBacklogEntity {
  @ForeignKey('TicketEntity', { name: 'fk_acknowledgement_backlog_ticket_id' })
  @PrimaryColumn('bigint', {
    name: 'ticket_id',
    primaryKeyConstraintName: 'pk_acknowledgement_backlog',
  })
  ticketId: string;

  @Column('text')
  address: string;

  @ForeignKey('MailboxEntity', { name: 'fk_acknowledgement_backlog_mailbox_key' })
  @Column('text', { name: 'mailbox_key' })
  mailboxKey: string;

  @Column('timestamptz', { name: 'waiting_since' })
  waitingSince: Date;

  @Column('timestamptz', { name: 'summarised_at', nullable: true })
  summarisedAt: Date | null;
}

/** Who, what, when, before, after: append only. */
@Entity('ticket_history')
@Check('ck_ticket_history_actor_kind', `actor_kind in ('agent', 'customer', 'system', 'operator')`)
@Index('ix_ticket_history_ticket_id', ['ticketId', 'id'])
export class TicketHistoryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_ticket_history',
  })
  id: string;

  @ForeignKey('TicketEntity', { name: 'fk_ticket_history_ticket_id' })
  @Column('bigint', { name: 'ticket_id' })
  ticketId: string;

  @Column('timestamptz')
  at: Date;

  @Column('text', { name: 'actor_kind' })
  actorKind: string;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Column('text')
  action: string;

  @Column('jsonb', { nullable: true })
  before: unknown;

  @Column('jsonb', { nullable: true })
  after: unknown;
}
