import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One message to one webhook, until it is delivered, given up or called off, and for a while after. */
@Entity('webhook_deliveries')
@Unique('uq_webhook_deliveries_message_id', ['messageId'])
@Check(
  'ck_webhook_deliveries_state',
  `state in ('queued', 'sending', 'delivered', 'failed', 'cancelled')`,
)
@Check(
  'ck_webhook_deliveries_ended',
  `(state in ('delivered', 'failed', 'cancelled')) = (ended_at is not null)`,
)
@Index('ix_webhook_deliveries_due', { synchronize: false })
@Index('ix_webhook_deliveries_ended_at', { synchronize: false })
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_webhook_deliveries',
  })
  id: string;

  /** The configured name. */
  @Column('text')
  webhook: string;

  @Column('text')
  event: string;

  @Column('bigint', { name: 'ticket_id' })
  @ForeignKey('TicketEntity', { name: 'fk_webhook_deliveries_ticket_id' })
  @Index('ix_webhook_deliveries_ticket_id')
  ticketId: string;

  /** The header `webhook-id`. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  /** The bytes that are signed and sent. */
  @Column('text')
  body: string;

  @Column('text', { default: 'queued' })
  state: string;

  @Column('integer', { default: 0 })
  attempts: number;

  /** While sending: when the delivery is taken for abandoned. */
  @Column('timestamptz', { name: 'next_attempt_at' })
  nextAttemptAt: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** A failed attempt whose next would come later is the last. */
  @Column('timestamptz', { name: 'give_up_at' })
  giveUpAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;
}
