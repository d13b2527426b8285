import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

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
