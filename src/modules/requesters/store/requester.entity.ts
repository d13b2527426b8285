import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A person who asks; their addresses stand in `requester_addresses`. */
@Entity('requesters')
@Check('ck_requesters_segment', `segment in ('customer', 'partner')`)
@Index('ix_requesters_merged_into', { synchronize: false })
export class RequesterEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_requesters' })
  id: string;

  @Column('text', { default: '' })
  name: string;

  @Column('text', { name: 'support_id', nullable: true })
  supportId: string | null;

  /** Where it was found: `message:<id>`, `form`, `agent:<id>`. */
  @Column('text', { name: 'support_id_source', nullable: true })
  supportIdSource: string | null;

  @Column('text', { name: 'access_email', nullable: true })
  accessEmail: string | null;

  @Column('text', { name: 'access_email_source', nullable: true })
  accessEmailSource: string | null;

  @Column('text', { default: 'customer' })
  segment: 'customer' | 'partner';

  @Column('jsonb', { default: [] })
  entitlements: unknown;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'identification_asked_at', nullable: true })
  identificationAskedAt: Date | null;

  @Column('timestamptz', { name: 'feedback_asked_at', nullable: true })
  feedbackAskedAt: Date | null;

  @Column('timestamptz', { name: 'feedback_unsubscribed_at', nullable: true })
  feedbackUnsubscribedAt: Date | null;

  /** The record that this person goes on under. */
  @ForeignKey('RequesterEntity', { name: 'fk_requesters_merged_into' })
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto: string | null;
}
