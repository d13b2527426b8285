import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** How long a ticket took until it was resolved last. Where `resolved_at` is not the ticket's any more it was reopened. */
@Entity('ticket_resolutions')
@Index('ix_ticket_resolutions_unmeasured', { synchronize: false })
export class TicketResolutionEntity {
  @PrimaryColumn('bigint', { name: 'ticket_id', primaryKeyConstraintName: 'pk_ticket_resolutions' })
  @ForeignKey('TicketEntity', { name: 'fk_ticket_resolutions_ticket_id' })
  ticketId: string;

  @Column('timestamptz', { name: 'resolved_at' })
  resolvedAt: Date;

  /** Service time from receipt, pauses included; null: not measured yet, or the ticket never had a clock. */
  @Column('bigint', { name: 'business_ms', nullable: true })
  businessMs: string | null;

  @Column('boolean')
  measured: boolean;
}
