import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** A browser's log-in. */
@Entity('agent_sessions')
@Unique('uq_agent_sessions_token_sha256', ['tokenSha256'])
export class AgentSessionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_agent_sessions' })
  id: string;

  @Column('uuid', { name: 'agent_id' })
  @ForeignKey('AgentEntity', { name: 'fk_agent_sessions_agent_id' })
  agentId: string;

  @Column('text', { name: 'token_sha256' })
  tokenSha256: string;

  @Column('text', { name: 'csrf_token' })
  csrfToken: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt: Date;

  /** The end at most, however much the session is used. */
  @Column('timestamptz', { name: 'expires_at' })
  @Index('ix_agent_sessions_expires_at')
  expiresAt: Date;
}
