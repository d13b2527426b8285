import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A file on a message, or an upload that waits for one. */
@Entity('attachments')
@Index('ix_attachments_message_id', { synchronize: false })
@Index('ix_attachments_waiting', { synchronize: false })
@Index('ix_attachments_sha256', { synchronize: false })
export class AttachmentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_attachments' })
  id: string;

  @ForeignKey('MessageEntity', { name: 'fk_attachments_message_id' })
  @Column('bigint', { name: 'message_id', nullable: true })
  messageId: string | null;

  @ForeignKey('AgentEntity', { name: 'fk_attachments_uploaded_by' })
  @Column('uuid', { name: 'uploaded_by', nullable: true })
  uploadedBy: string | null;

  @Column('integer', { default: 0 })
  position: number;

  @Column('text')
  filename: string;

  @Column('text', { name: 'media_type' })
  mediaType: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @ForeignKey('BlobEntity', { name: 'fk_attachments_sha256' })
  @Column('bytea')
  sha256: Buffer;

  @Column('text', { name: 'content_id', nullable: true })
  contentId: string | null;

  @Column('boolean', { default: false })
  inline: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
