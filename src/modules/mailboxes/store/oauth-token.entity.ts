import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** OAuth2 tokens of a mailbox, encrypted (AES-256-GCM) with the master key named by `key_id`. */
@Entity('oauth_tokens')
@ForeignKey('MailboxEntity', ['mailboxKey'], ['key'], { name: 'fk_oauth_tokens_mailbox_key' })
export class OAuthTokenEntity {
  @PrimaryColumn('text', {
    name: 'mailbox_key',
    primaryKeyConstraintName: 'pk_oauth_tokens',
  })
  mailboxKey: string;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('bytea')
  ciphertext: Buffer;

  @Column('timestamptz', { name: 'access_expires_at', nullable: true })
  accessExpiresAt: Date | null;

  /** When the authorization itself expires, where the token endpoint tells it. */
  @Column('timestamptz', { name: 'authorization_expires_at', nullable: true })
  authorizationExpiresAt: Date | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
