import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

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
