import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An agent's morning that was looked at. */
@Entity('agent_digests')
export class AgentDigestEntity {
  @PrimaryColumn('uuid', { name: 'agent_id', primaryKeyConstraintName: 'pk_agent_digests' })
  @ForeignKey('AgentEntity', { name: 'fk_agent_digests_agent_id' })
  agentId: string;

  /** YYYY-MM-DD, of the calendar whose opening it is. */
  @PrimaryColumn('date', { primaryKeyConstraintName: 'pk_agent_digests' })
  day: string;

  /** false: there was nothing to say. */
  @Column('boolean')
  sent: boolean;
}
