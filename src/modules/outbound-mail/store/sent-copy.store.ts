import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import { ATTACHMENTS_OF, COMPOSED, type ComposableMail } from './sending.store.js';

/** A mail of which our own copy is to be filed in Sent. */
export interface CopyToFile extends ComposableMail {
  readonly id: string;
  /** When a server took it. */
  readonly sentAt: Date;
  /** Failed tries before this one. */
  readonly tries: number;
}

export type CopyState = 'filed' | 'found' | 'failed';

/** Which copies are still to be filed, and what became of the others. */
@Injectable()
export class SentCopyStore {
  constructor(private readonly database: Database) {}

  async mailboxesDue(now: Date): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `select distinct mailbox_key as key from outbox where sent_copy = 'pending' and sent_copy_due_at <= $1`,
      [now],
    );
    return rows.map(({ key }) => key);
  }

  /** Oldest first. */
  async due(mailboxKey: string, now: Date, limit: number): Promise<CopyToFile[]> {
    return this.database.query<CopyToFile & Record<string, unknown>>(
      `select o.id, ${COMPOSED}, o.sent_at as "sentAt", o.sent_copy_tries as tries, ${ATTACHMENTS_OF('o')}
         from outbox o
        where o.mailbox_key = $1 and o.sent_copy = 'pending' and o.sent_copy_due_at <= $2 and o.sent_at is not null
        order by o.sent_copy_due_at, o.id limit $3`,
      [mailboxKey, now, limit],
    );
  }

  async done(id: string, state: CopyState, error: string | null = null): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `update outbox set sent_copy = $2, sent_copy_error = $3 where id = $1 and sent_copy = 'pending'`,
        [id, state, error],
      ),
    );
  }

  /** Tries that failed: later again. */
  async postpone(ids: readonly string[], dueAt: Date, error: string): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `update outbox set sent_copy_tries = sent_copy_tries + 1, sent_copy_due_at = $2, sent_copy_error = $3
          where id = any($1::bigint[]) and sent_copy = 'pending'`,
        [ids, dueAt, error],
      ),
    );
  }

  /** Whether copies of a mailbox wait that failed so often. */
  async anyTried(mailboxKey: string, times: number): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from outbox where mailbox_key = $1 and sent_copy = 'pending' and sent_copy_tries >= $2 limit 1`,
      [mailboxKey, times],
    );
    return rows.length > 0;
  }
}
