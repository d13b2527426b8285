import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The ticket that lists a mailbox's automatic mail of one day (D21). */
@Entity('bulk_lists')
@Index('ix_bulk_lists_ticket_id', ['ticketId'])
export class BulkListEntity {
  @ForeignKey('MailboxEntity', { name: 'fk_bulk_lists_mailbox_key' })
  @PrimaryColumn('text', { name: 'mailbox_key', primaryKeyConstraintName: 'pk_bulk_lists' })
  mailboxKey: string;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'pk_bulk_lists' })
  day: string;

  @ForeignKey('TicketEntity', { name: 'fk_bulk_lists_ticket_id' })
  @PrimaryColumn('bigint', { name: 'ticket_id', primaryKeyConstraintName: 'pk_bulk_lists' })
  ticketId: string;
}
