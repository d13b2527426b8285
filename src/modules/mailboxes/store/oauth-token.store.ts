import { Injectable } from '@nestjs/common';
import { Database, Leases, type Lease } from '../../../platform/index.js';

/** An encrypted row of `oauth_tokens`. */
export interface OAuthTokenRow {
  readonly keyId: string;
  readonly ciphertext: Buffer;
}

/** The `oauth_tokens` table: one row a mailbox, its content opaque here. */
@Injectable()
export class OAuthTokenStore {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
  ) {}

  async find(mailboxKey: string): Promise<OAuthTokenRow | undefined> {
    const [row] = await this.database.query<{ key_id: string; ciphertext: Buffer }>(
      'select key_id, ciphertext from oauth_tokens where mailbox_key = $1',
      [mailboxKey],
    );
    return row === undefined ? undefined : { keyId: row.key_id, ciphertext: row.ciphertext };
  }

  /**
   * Writes the row. With a lease the write is refused (false) where another process has taken over meanwhile: a
   * provider that rotates refresh tokens has made ours void by then.
   */
  async save(
    mailboxKey: string,
    row: OAuthTokenRow,
    expires: { readonly access: Date; readonly authorization: Date | null },
    now: Date,
    lease?: Lease,
  ): Promise<boolean> {
    return this.database.inTransaction(async (tx) => {
      if (lease !== undefined && !(await this.leases.assertHeld(tx, lease))) return false;
      await tx.execute(
        `insert into oauth_tokens (mailbox_key, key_id, ciphertext, access_expires_at, authorization_expires_at, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (mailbox_key) do update set key_id = excluded.key_id, ciphertext = excluded.ciphertext,
           access_expires_at = excluded.access_expires_at,
           authorization_expires_at = excluded.authorization_expires_at, updated_at = excluded.updated_at`,
        [mailboxKey, row.keyId, row.ciphertext, expires.access, expires.authorization, now],
      );
      return true;
    });
  }
}
