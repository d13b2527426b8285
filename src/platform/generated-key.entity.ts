import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A key made by the installation itself, where the configuration names none; shared by all its processes. */
@Entity('generated_keys')
@Check('ck_generated_keys_secret', 'octet_length(secret) >= 32')
export class GeneratedKeyEntity {
  /** `links`: signs links to customers. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_generated_keys' })
  purpose: string;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  secret: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
