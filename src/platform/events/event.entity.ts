import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One event for one subscriber, until handled and after. */
@Entity('events')
// Partial: kept by the migration, out of TypeORM's words.
@Index('ix_events_todo', { synchronize: false })
export class EventEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_events',
  })
  id: string;

  @Column('text')
  topic: string;

  @Column('text')
  subscriber: string;

  @Column('jsonb')
  payload: unknown;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt: Date;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'handled_at', nullable: true })
  handledAt: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;
}
