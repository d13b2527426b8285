import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One address of a requester, lower case; an address belongs to one requester. */
@Entity('requester_addresses')
@Check('ck_requester_addresses_address', `address = lower(address) and address <> ''`)
export class RequesterAddressEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_requester_addresses' })
  address: string;

  @Index('ix_requester_addresses_requester_id')
  @ForeignKey('RequesterEntity', { name: 'fk_requester_addresses_requester_id' })
  @Column('uuid', { name: 'requester_id' })
  requesterId: string;

  @Column('timestamptz', { name: 'added_at' })
  addedAt: Date;
}
