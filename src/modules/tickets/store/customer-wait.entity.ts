import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A ticket that waits for the customer and will be reminded of and resolved, where that is switched on. */
@Entity('customer_waits')
@Check('ck_customer_waits_stage', `stage in ('waiting', 'reminding', 'reminded')`)
@Check(
  'ck_customer_waits_reminded',
  `(stage = 'reminded') = (reminded_at is not null) and (stage = 'waiting') = (reminder_message_id is null)`,
)
@Check('ck_customer_waits_days', `remind_after >= 1 and resolve_after > remind_after`)
@Index('ix_customer_waits_act_at', { synchronize: false })
export class CustomerWaitEntity {
  @ForeignKey('TicketEntity', { name: 'fk_customer_waits_ticket_id' })
  @PrimaryColumn('bigint', { name: 'ticket_id', primaryKeyConstraintName: 'pk_customer_waits' })
  ticketId: string;

  @Column('timestamptz')
  since: Date;

  @ForeignKey('MessageEntity', { name: 'fk_customer_waits_since_message_id' })
  @Column('bigint', { name: 'since_message_id' })
  sinceMessageId: string;

  @Column('integer', { name: 'remind_after' })
  remindAfter: number;

  @Column('integer', { name: 'resolve_after' })
  resolveAfter: number;

  @Column('text', { default: 'waiting' })
  stage: string;

  @Column('timestamptz', { name: 'act_at', nullable: true })
  actAt: Date | null;

  @ForeignKey('MessageEntity', { name: 'fk_customer_waits_reminder_message_id' })
  @Column('bigint', { name: 'reminder_message_id', nullable: true })
  reminderMessageId: string | null;

  @Column('timestamptz', { name: 'reminded_at', nullable: true })
  remindedAt: Date | null;
}
