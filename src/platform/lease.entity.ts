import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who holds a named piece of work, and until when. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_leases' })
  name: string;

  @Column('text')
  owner: string;

  @Column('bigint')
  token: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
