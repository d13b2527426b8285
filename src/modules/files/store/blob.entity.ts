import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Content-addressed bytes: small ones in `content`, larger ones in the file at `location`. */
@Entity('blobs')
@Index('ix_blobs_location', { synchronize: false })
@Check('ck_blobs_sha256', `(octet_length(sha256) = 32)`)
@Check('ck_blobs_one_place', `((content IS NULL) <> (location IS NULL))`)
export class BlobEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_blobs' })
  sha256: Buffer;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('bytea', { nullable: true })
  content: Buffer | null;

  /** Relative to the storage. */
  @Column('text', { nullable: true })
  location: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** The master key that sealed the bytes; null: they lie as they are. */
  @Column('text', { name: 'key_id', nullable: true })
  keyId: string | null;

  /** When they were last put. */
  @Column('timestamptz', { name: 'recorded_at', default: () => 'now()' })
  recordedAt: Date;
}
