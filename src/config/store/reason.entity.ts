import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A contact reason that was ever configured. */
@Entity('reasons')
@ForeignKey('QueueEntity', ['queueKey'], ['key'], { name: 'fk_reasons_queue_key' })
export class ReasonEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_reasons' })
  key: string;

  @Column('text')
  label: string;

  @Column('text', { name: 'queue_key' })
  queueKey: string;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt: Date | null;
}
