import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A queue that was ever configured: tickets point at its key for ever. */
@Entity('queues')
@Check('ck_queues_key', `(key ~ '^[a-z0-9][a-z0-9_-]*$'::text)`)
export class QueueEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_queues' })
  key: string;

  @Column('text')
  name: string;

  @Column('boolean')
  private: boolean;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
