import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One entry of a ticket's conversation: mail in or out, note, event. */
@Entity('messages')
@Check(
  'ck_messages_kind',
  `kind in ('inbound', 'reply', 'automatic', 'note', 'event', 'third_party', 'courtesy')`,
)
@Check('ck_messages_waiting', `waiting is null or waiting in ('pending', 'accepted', 'rejected')`)
@Check('ck_messages_author_kind', `author_kind in ('customer', 'agent', 'system', 'third_party')`)
@Check(
  'ck_messages_then_status',
  `then_status is null or then_status in ('open', 'awaiting_customer', 'resolved')`,
)
@Index('ix_messages_ticket_id', ['ticketId', 'createdAt', 'id'])
@Index('uq_messages_intake_id_ticket_id', { synchronize: false })
@Index('ix_messages_outside', { synchronize: false })
export class MessageEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_messages',
  })
  id: string;

  @ForeignKey('TicketEntity', { name: 'fk_messages_ticket_id' })
  @Column('bigint', { name: 'ticket_id' })
  ticketId: string;

  @Column('text')
  kind: string;

  @Column('text', { nullable: true })
  waiting: string | null;

  @Column('text', { name: 'author_kind' })
  authorKind: string;

  @ForeignKey('AgentEntity', { name: 'fk_messages_author_agent_id' })
  @Column('uuid', { name: 'author_agent_id', nullable: true })
  authorAgentId: string | null;

  @Column('text', { name: 'author_name', default: '' })
  authorName: string;

  @Column('text', { name: 'author_address', nullable: true })
  authorAddress: string | null;

  @Column('text', { default: '' })
  subject: string;

  @Column('text', { name: 'body_text', default: '' })
  bodyText: string;

  /** As received or written; sanitised whenever it is shown. */
  @Column('text', { name: 'body_html', nullable: true })
  bodyHtml: string | null;

  @Column('text', { name: 'visible_text', default: '' })
  visibleText: string;

  @Column('jsonb', { name: 'visible_spans', nullable: true })
  visibleSpans: unknown;

  @Column('jsonb', { name: 'to_addresses', default: [] })
  toAddresses: unknown;

  @Column('jsonb', { name: 'cc_addresses', default: [] })
  ccAddresses: unknown;

  @Column('text', { name: 'message_id_header', nullable: true })
  messageIdHeader: string | null;

  @ForeignKey('IntakeEntity', { name: 'fk_messages_intake_id' })
  @Column('bigint', { name: 'intake_id', nullable: true })
  intakeId: string | null;

  @Column('text', { name: 'then_status', nullable: true })
  thenStatus: string | null;

  @Column('boolean', { name: 'via_outside', default: false })
  viaOutside: boolean;

  @Column('jsonb', { default: {} })
  details: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'received_at', nullable: true })
  receivedAt: Date | null;
}
