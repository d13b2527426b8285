import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Hits on one key in one fixed window. */
@Entity('throttles')
export class ThrottleEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_throttles' })
  key: string;

  @PrimaryColumn('timestamptz', { name: 'window_start', primaryKeyConstraintName: 'pk_throttles' })
  windowStart: Date;

  @Column('integer')
  hits: number;
}
