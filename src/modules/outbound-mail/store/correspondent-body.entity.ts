import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One text of one correspondent within one hour (D21). */
@Entity('correspondent_bodies')
@Index('ix_correspondent_bodies_hour', ['hour'])
export class CorrespondentBodyEntity {
  @ForeignKey('MailboxEntity', { name: 'fk_correspondent_bodies_mailbox_key' })
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_correspondent_bodies',
  })
  mailboxKey: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_correspondent_bodies' })
  correspondent: string;

  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_correspondent_bodies' })
  body: Buffer;

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'pk_correspondent_bodies' })
  hour: Date;

  @Column('integer')
  count: number;
}
