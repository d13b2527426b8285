import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** When an agent was last given a ticket of a queue: whose turn it is (round robin). */
@Entity('queue_turns')
export class QueueTurnEntity {
  @PrimaryColumn('text', { name: 'queue_key', primaryKeyConstraintName: 'pk_queue_turns' })
  @ForeignKey('QueueEntity', { name: 'fk_queue_turns_queue_key' })
  queueKey: string;

  @PrimaryColumn('uuid', { name: 'agent_id', primaryKeyConstraintName: 'pk_queue_turns' })
  @ForeignKey('AgentEntity', { name: 'fk_queue_turns_agent_id' })
  agentId: string;

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;
}
