import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';

/** What waits in one mailbox: messages recorded and not yet processed. */
export interface Backlog {
  readonly mailboxKey: string;
  readonly unprocessed: number;
  readonly oldestReceivedAt: Date | null;
}

/** Reads for GET /mailboxes: joins over what others write. */
@Injectable()
export class MailboxOverviewStore {
  constructor(private readonly database: Database) {}

  /** D20: queues whose mailboxes this agent sees: public ones and those she is a member of. */
  async queuesSeenBy(agentId: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ key: string }>(
      `select q.key from queues q
        where not q.private
           or exists (select from queue_members m where m.queue_key = q.key and m.agent_id = $1)`,
      [agentId],
    );
    return new Set(rows.map((row) => row.key));
  }

  async backlogs(): Promise<ReadonlyMap<string, Backlog>> {
    const rows = await this.database.query<{
      mailboxKey: string;
      unprocessed: string;
      oldestReceivedAt: Date | null;
    }>(
      `select mailbox_key as "mailboxKey", count(*) as unprocessed, min(received_at) as "oldestReceivedAt"
         from intake where state = 'stored' group by mailbox_key`,
    );
    return new Map(
      rows.map((row) => [row.mailboxKey, { ...row, unprocessed: Number(row.unprocessed) }]),
    );
  }
}
