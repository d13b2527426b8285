import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

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
