import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a virus scanner said of stored content. */
@Entity('blob_scans')
@Index('ix_blob_scans_waiting', { synchronize: false })
@Check('ck_blob_scans_sha256', `(octet_length(sha256) = 32)`)
@Check(
  'ck_blob_scans_state',
  `(state = ANY (ARRAY['waiting'::text, 'clean'::text, 'infected'::text, 'too_large'::text, 'released'::text]))`,
)
@Check(
  'ck_blob_scans_signature',
  `((state = ANY (ARRAY['infected'::text, 'released'::text])) = (signature IS NOT NULL))`,
)
@Check(
  'ck_blob_scans_released',
  `((state = 'released'::text) = ((released_at IS NOT NULL) AND (release_reason IS NOT NULL)))`,
)
export class BlobScanEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_blob_scans' })
  sha256: Buffer;

  @Column('text')
  state: 'waiting' | 'clean' | 'infected' | 'too_large' | 'released';

  @Column('text', { nullable: true })
  signature: string | null;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'not_before' })
  notBefore: Date;

  @Column('timestamptz', { name: 'scanned_at', nullable: true })
  scannedAt: Date | null;

  @Column('timestamptz', { name: 'released_at', nullable: true })
  releasedAt: Date | null;

  @Column('text', { name: 'release_reason', nullable: true })
  releaseReason: string | null;
}
