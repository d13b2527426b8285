import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One immutable definition of a named calendar (D19). */
@Entity('calendar_versions')
@Unique('uq_calendar_versions_name_version', ['name', 'version'])
@Unique('uq_calendar_versions_name_sha256', ['name', 'sha256'])
export class CalendarVersionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_calendar_versions',
  })
  id: string;

  @Column('text')
  name: string;

  @Column('integer')
  version: number;

  /** Of the definition's canonical JSON, hexadecimal. */
  @Column('text')
  sha256: string;

  @Column('jsonb')
  definition: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
