import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An agent who is not given tickets for a while. */
@Entity('agent_absences')
export class AgentAbsenceEntity {
  @PrimaryColumn('uuid', { name: 'agent_id', primaryKeyConstraintName: 'pk_agent_absences' })
  @ForeignKey('AgentEntity', { name: 'fk_agent_absences_agent_id' })
  agentId: string;

  @Column('timestamptz', { name: 'since_at' })
  sinceAt: Date;

  /** null: until the agent says otherwise. */
  @Column('timestamptz', { name: 'until_at', nullable: true })
  untilAt: Date | null;
}
