import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { Expiry } from '../domain/expiry.js';

/** What runs out: certificates as they were last seen, authorizations as the token endpoints tell them. */
@Injectable()
export class ExpiryStore {
  constructor(private readonly database: Database) {}

  /** Keeps what a server showed; null: it is not spoken to by TLS. */
  async certificateSeen(
    mailboxKey: string,
    protocol: 'imap' | 'smtp',
    expiresAt: Date | null,
    now: Date,
  ): Promise<void> {
    await this.database.inTransaction((tx) =>
      expiresAt === null
        ? tx.execute('delete from mailbox_certificates where mailbox_key = $1 and protocol = $2', [
            mailboxKey,
            protocol,
          ])
        : tx.execute(
            `insert into mailbox_certificates (mailbox_key, protocol, expires_at, seen_at) values ($1, $2, $3, $4)
             on conflict (mailbox_key, protocol) do update set expires_at = excluded.expires_at, seen_at = excluded.seen_at`,
            [mailboxKey, protocol, expiresAt, now],
          ),
    );
  }

  /** Of all mailboxes, whether still in the configuration or not, by key. */
  async all(): Promise<Expiry[]> {
    return this.database.query<Expiry & Record<string, unknown>>(
      `select mailbox_key as "mailboxKey", 'certificate_' || protocol as what, expires_at as "expiresAt"
         from mailbox_certificates
       union all
       select mailbox_key, 'authorization', authorization_expires_at
         from oauth_tokens where authorization_expires_at is not null
        order by 1, 2`,
    );
  }
}
