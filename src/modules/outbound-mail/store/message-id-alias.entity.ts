import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A Message-ID of ours as a relay rewrote it: also thread proof (D26). */
@Entity('message_id_aliases')
export class MessageIdAliasEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_message_id_aliases' })
  alias: string;

  @ForeignKey('OutboxEntity', { name: 'fk_message_id_aliases_outbox_id' })
  @Column('bigint', { name: 'outbox_id' })
  outboxId: string;

  @Column('text')
  source: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
