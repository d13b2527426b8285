import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A probe: one small mail of a mailbox to itself. */
@Entity('canaries')
@Unique('uq_canaries_nonce', ['nonce'])
@Unique('uq_canaries_intake_id', ['intakeId'])
@Check('ck_canaries_arrived_in', `arrived_in is null or arrived_in in ('inbox', 'junk')`)
@Check(
  'ck_canaries_arrived',
  `num_nonnulls(intake_id, arrived_in, recorded_at, recognised_at) in (0, 4)`,
)
@Index('ix_canaries_mailbox_key', { synchronize: false })
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], { name: 'fk_canaries_mailbox_key' })
@ForeignKey('IntakeEntity', ['intakeId'], ['id'], { name: 'fk_canaries_intake_id' })
export class CanaryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'pk_canaries',
  })
  id: string;

  @Column('text', { name: 'mailbox_key' })
  mailboxKey: string;

  /** What its signed token names. */
  @Column('text')
  nonce: string;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt: Date;

  @Column('timestamptz', { name: 'accepted_at', nullable: true })
  acceptedAt: Date | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('bigint', { name: 'intake_id', nullable: true })
  intakeId: string | null;

  @Column('text', { name: 'arrived_in', nullable: true })
  arrivedIn: 'inbox' | 'junk' | null;

  @Column('timestamptz', { name: 'recorded_at', nullable: true })
  recordedAt: Date | null;

  @Column('timestamptz', { name: 'recognised_at', nullable: true })
  recognisedAt: Date | null;
}
