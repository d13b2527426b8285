import { Check, Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What was learnt from corrections, laid over the shipped counts. The newest is in force. */
@Entity('reason_models')
@Check('ck_reason_models_examples', `examples >= 0`)
export class ReasonModelEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_reason_models',
  })
  version: string;

  /** How words were counted (`COUNTS_FORMAT`). */
  @Column('integer')
  format: number;

  /** The newest correction that was counted. */
  @Column('bigint', { name: 'last_correction_id' })
  lastCorrectionId: string;

  @Column('integer')
  examples: number;

  @Column('jsonb')
  counts: unknown;

  @Column('timestamptz', { name: 'trained_at' })
  trainedAt: Date;
}
