import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';

/** The `mailbox_starts` table. */
@Injectable()
export class MailboxStartStore {
  constructor(private readonly database: Database) {}

  /** The start that was fixed for the mailbox; undefined where none was yet. */
  async find(mailboxKey: string): Promise<{ startFrom: string; startAt: Date | null } | undefined> {
    const [row] = await this.database.query<{ startFrom: string; startAt: Date | null }>(
      `select start_from as "startFrom", start_at as "startAt" from mailbox_starts where mailbox_key = $1`,
      [mailboxKey],
    );
    return row;
  }

  /** Fixes the first start; where another process was faster, its start stands. Returns the one that stands. */
  async fixFirst(
    mailboxKey: string,
    startFrom: string,
    startAt: Date | null,
    now: Date,
  ): Promise<Date | null> {
    return this.database.inTransaction(async (tx) => {
      await tx.execute(
        `insert into mailbox_starts (mailbox_key, start_from, start_at, confirmed_by, confirmed_at)
         values ($1, $2, $3, 'configuration', $4) on conflict (mailbox_key) do nothing`,
        [mailboxKey, startFrom, startAt, now],
      );
      const [row] = await tx.query<{ start_at: Date | null }>(
        'select start_at from mailbox_starts where mailbox_key = $1',
        [mailboxKey],
      );
      return row?.start_at ?? null;
    });
  }

  /**
   * An operator confirms a start (again): the cursors take the new instant and go back to the beginning of their
   * folders. What is recorded already is known by its UID and is not recorded twice; what was historical and is not any
   * more is fetched and processed.
   */
  async confirm(
    mailboxKey: string,
    startFrom: string,
    startAt: Date | null,
    confirmedBy: string,
    now: Date,
  ): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await tx.execute(
        `insert into mailbox_starts as s (mailbox_key, start_from, start_at, confirmed_by, confirmed_at)
         values ($1, $2, $3, $4, $5)
         on conflict (mailbox_key) do update set start_from = excluded.start_from, start_at = excluded.start_at,
           confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at`,
        [mailboxKey, startFrom, startAt, confirmedBy, now],
      );
      await tx.execute(
        `update mailbox_cursors set start_at = $2, last_uid = 0, recognise_up_to = null, updated_at = $3
          where mailbox_key = $1`,
        [mailboxKey, startAt, now],
      );
    });
  }
}
