import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Content-addressed bytes: small ones in `content`, larger ones in the file at `location`. */
@Entity('blobs')
@Check('ck_blobs_sha256', `(octet_length(sha256) = 32)`)
@Check('ck_blobs_one_place', `((content IS NULL) <> (location IS NULL))`)
export class BlobEntity {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_blobs' })
  sha256: Buffer;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('bytea', { nullable: true })
  content: Buffer | null;

  /** Relative to the storage folder. */
  @Column('text', { nullable: true })
  location: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
