import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A person who answers. */
@Entity('agents')
@Unique('uq_agents_email', ['email'])
@Check('ck_agents_role', `role in ('agent', 'supervisor', 'admin')`)
@Check('ck_agents_email', `email = lower(email) and email <> ''`)
export class AgentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_agents' })
  id: string;

  /** Lower case; also the log-in. */
  @Column('text')
  email: string;

  @Column('text')
  name: string;

  @Column('text')
  role: 'agent' | 'supervisor' | 'admin';

  /** PHC string of argon2id; null: no log-in by password. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;
}
