import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What an agent wants to be told; without a row: everything. */
@Entity('agent_notice_choices')
export class AgentNoticeChoiceEntity {
  @PrimaryColumn('uuid', { name: 'agent_id', primaryKeyConstraintName: 'pk_agent_notice_choices' })
  @ForeignKey('AgentEntity', { name: 'fk_agent_notice_choices_agent_id' })
  agentId: string;

  @Column('boolean')
  digest: boolean;
}
