import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** The daily lists of automatic mail (D21). */
@Injectable()
export class BulkListStore {
  /** The list of that day which nobody has resolved; null: none. Holds the day until the end of `tx`. */
  async openList(tx: Tx, mailboxKey: string, day: string): Promise<string | null> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `bulk_list:${mailboxKey}:${day}`,
    ]);
    const [row] = await tx.query<{ ticketId: string }>(
      `select b.ticket_id as "ticketId" from bulk_lists b join tickets t on t.id = b.ticket_id
        where b.mailbox_key = $1 and b.day = $2 and t.status <> 'resolved' order by b.ticket_id desc limit 1`,
      [mailboxKey, day],
    );
    return row?.ticketId ?? null;
  }

  async add(tx: Tx, mailboxKey: string, day: string, ticketId: string): Promise<void> {
    await tx.execute(
      'insert into bulk_lists (mailbox_key, day, ticket_id) values ($1, $2, $3) on conflict do nothing',
      [mailboxKey, day, ticketId],
    );
  }
}
