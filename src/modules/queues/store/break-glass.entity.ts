import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An admin's recorded, time-limited look at one ticket of a queue she is no member of (D20). */
@Entity('break_glass')
@Index('ix_break_glass_agent_id', ['agentId', 'ticketId', 'expiresAt'])
@Check('ck_break_glass_reason', `btrim(reason) <> ''`)
export class BreakGlassEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_break_glass',
  })
  id: string;

  @Column('uuid', { name: 'agent_id' })
  @ForeignKey('AgentEntity', { name: 'fk_break_glass_agent_id' })
  agentId: string;

  @Column('bigint', { name: 'ticket_id' })
  @ForeignKey('TicketEntity', { name: 'fk_break_glass_ticket_id' })
  ticketId: string;

  @Column('text')
  reason: string;

  @Column('timestamptz')
  at: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
