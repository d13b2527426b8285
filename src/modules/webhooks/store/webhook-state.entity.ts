import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What is known of a webhook by its configured name. */
@Entity('webhook_states')
@Check('ck_webhook_states_disabled', `(disabled_at is null) = (disabled_url_sha256 is null)`)
export class WebhookStateEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_webhook_states' })
  webhook: string;

  @Column('bigint', { default: 0 })
  delivered: string;

  @Column('bigint', { default: 0 })
  failed: string;

  @Column('bigint', { default: 0 })
  cancelled: string;

  /** Attempts that did not succeed. */
  @Column('bigint', { default: 0 })
  refused: string;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  /** sha256 of the address that answered 410. */
  @Column('bytea', { name: 'disabled_url_sha256', nullable: true })
  disabledUrlSha256: Buffer | null;
}
