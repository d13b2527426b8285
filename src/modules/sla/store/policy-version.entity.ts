import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a promise said when clocks started under it: immutable, named by what it says. */
@Entity('policy_versions')
@Unique('uq_policy_versions_name_version', ['name', 'version'])
@Unique('uq_policy_versions_name_sha256', ['name', 'sha256'])
export class PolicyVersionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_policy_versions',
  })
  id: string;

  /** Policy and sort of clock: `queue:produto resolution`. */
  @Column('text')
  name: string;

  @Column('int')
  version: number;

  @Column('text')
  sha256: string;

  @Column('jsonb')
  definition: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
