import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** That two records became one person, or one became two: who did it, when, and which addresses moved. */
@Entity('requester_changes')
@Check('ck_requester_changes_action', `action in ('merged', 'split')`)
@Index('ix_requester_changes_requester_id', ['requesterId', 'id'])
export class RequesterChangeEntity {
  @PrimaryColumn('bigint', {
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_requester_changes',
  } as never)
  id: string;

  /** Who goes on. */
  @ForeignKey('RequesterEntity', { name: 'fk_requester_changes_requester_id' })
  @Column('uuid', { name: 'requester_id' })
  requesterId: string;

  /** Who was merged into them, or was made from them. */
  @ForeignKey('RequesterEntity', { name: 'fk_requester_changes_other_id' })
  @Column('uuid', { name: 'other_id' })
  otherId: string;

  @Column('timestamptz')
  at: Date;

  @ForeignKey('AgentEntity', { name: 'fk_requester_changes_agent_id' })
  @Column('uuid', { name: 'agent_id' })
  agentId: string;

  @Column('text')
  action: 'merged' | 'split';

  @Column('text', { array: true })
  addresses: string[];
}
