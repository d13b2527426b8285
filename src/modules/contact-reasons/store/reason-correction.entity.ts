import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An agent's word on a ticket's contact reason: what is learnt from. The newest of a ticket counts. */
@Entity('reason_corrections')
@Index('ix_reason_corrections_ticket_id', ['ticketId', 'id'])
export class ReasonCorrectionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_reason_corrections',
  })
  id: string;

  @Column('bigint', { name: 'ticket_id' })
  @ForeignKey('TicketEntity', {
    name: 'fk_reason_corrections_ticket_id',
    onDelete: 'CASCADE',
  })
  ticketId: string;

  /** null: none of the reasons. */
  @Column('text', { name: 'reason_key', nullable: true })
  @ForeignKey('ReasonEntity', { name: 'fk_reason_corrections_reason_key' })
  reasonKey: string | null;

  /** What stood there before. */
  @Column('text', { name: 'before_key', nullable: true })
  @ForeignKey('ReasonEntity', { name: 'fk_reason_corrections_before_key' })
  beforeKey: string | null;

  @Column('text', { name: 'before_decided_by' })
  beforeDecidedBy: string;

  @Column('real', { name: 'before_confidence' })
  beforeConfidence: number;

  @Column('uuid', { name: 'agent_id' })
  @ForeignKey('AgentEntity', { name: 'fk_reason_corrections_agent_id' })
  agentId: string;

  @Column('timestamptz', { name: 'corrected_at' })
  correctedAt: Date;
}
