import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** A bearer token of an agent's: only its SHA-256 is kept. */
@Entity('agent_tokens')
@Unique('uq_agent_tokens_token_sha256', ['tokenSha256'])
export class AgentTokenEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_agent_tokens' })
  id: string;

  @Column('uuid', { name: 'agent_id' })
  @ForeignKey('AgentEntity', { name: 'fk_agent_tokens_agent_id' })
  agentId: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'token_sha256' })
  tokenSha256: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;
}
