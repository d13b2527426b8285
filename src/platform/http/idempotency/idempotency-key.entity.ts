import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One write that carried an Idempotency-Key: claimed before it runs, answered after its commit. */
@Entity('idempotency_keys')
@Index('ix_idempotency_keys_created_at', ['createdAt'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  actor: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  key: string;

  @Column('text')
  route: string;

  @Column('text', { name: 'request_sha256' })
  requestSha256: string;

  @Column('timestamptz', { name: 'committed_at', nullable: true })
  committedAt: Date | null;

  @Column('integer', { nullable: true })
  status: number | null;

  @Column('json', { nullable: true })
  response: unknown;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
