import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** helpdesk.yaml as applied: numbered, immutable, references to secrets unresolved. */
@Entity('config_versions')
export class ConfigVersionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_config_versions',
  })
  version: string;

  @Column('timestamptz', { name: 'applied_at' })
  appliedAt: Date;

  @Column('text', { name: 'applied_by' })
  appliedBy: string;

  /** Of the document's JSON text, hexadecimal. */
  @Column('text')
  sha256: string;

  @Column('json')
  document: Record<string, unknown>;
}
