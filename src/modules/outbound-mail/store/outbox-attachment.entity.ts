import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A file that leaves with a mail; its bytes are a blob. */
@Entity('outbox_attachments')
@Index('ix_outbox_attachments_sha256', { synchronize: false })
export class OutboxAttachmentEntity {
  @ForeignKey('OutboxEntity', { name: 'fk_outbox_attachments_outbox_id' })
  @PrimaryColumn('bigint', {
    name: 'outbox_id',
    primaryKeyConstraintName: 'pk_outbox_attachments',
  })
  outboxId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_outbox_attachments' })
  position: number;

  @Column('text')
  filename: string;

  @Column('text', { name: 'media_type' })
  mediaType: string;

  @ForeignKey('BlobEntity', { name: 'fk_outbox_attachments_sha256' })
  @Column('bytea')
  sha256: Buffer;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('text', { name: 'content_id', nullable: true })
  contentId: string | null;
}
