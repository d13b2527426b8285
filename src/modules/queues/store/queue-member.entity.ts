import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Membership: for private queues it is what lets an agent see anything at all (D20). */
@Entity('queue_members')
export class QueueMemberEntity {
  @PrimaryColumn('text', { name: 'queue_key', primaryKeyConstraintName: 'pk_queue_members' })
  @ForeignKey('QueueEntity', { name: 'fk_queue_members_queue_key' })
  queueKey: string;

  @PrimaryColumn('uuid', { name: 'agent_id', primaryKeyConstraintName: 'pk_queue_members' })
  @ForeignKey('AgentEntity', { name: 'fk_queue_members_agent_id' })
  @Index('ix_queue_members_agent_id')
  agentId: string;

  @Column('boolean', { default: false })
  supervisor: boolean;

  @Column('timestamptz', { name: 'added_at' })
  addedAt: Date;
}
