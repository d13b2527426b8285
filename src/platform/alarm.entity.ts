import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What a person should look at. */
@Entity('alarms')
@Check('ck_alarms_severity', `severity in ('warning', 'critical')`)
export class AlarmEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_alarms' })
  key: string;

  @Column('text')
  severity: string;

  @Column('text')
  message: string;

  @Column('jsonb', { default: () => `'{}'` })
  details: unknown;

  @Column('timestamptz', { name: 'raised_at' })
  raisedAt: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'cleared_at', nullable: true })
  clearedAt: Date | null;
}
