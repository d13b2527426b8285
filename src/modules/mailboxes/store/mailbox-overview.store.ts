import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';

/** What waits in one mailbox: messages recorded and not yet processed. */
export interface Backlog {
  readonly mailboxKey: string;
  readonly unprocessed: number;
  readonly oldestReceivedAt: Date | null;
}

/** The probes of one mailbox. */
export interface LastCanary {
  readonly mailboxKey: string;
  readonly sentAt: Date;
  /** Of the last one that is back; null: none is. */
  readonly backAt: Date | null;
  readonly seconds: number | null;
  readonly arrivedIn: string | null;
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

  /** The last probe of every mailbox that ever sent one, and the last that came back. */
  async canaries(): Promise<ReadonlyMap<string, LastCanary>> {
    const rows = await this.database.query<LastCanary & Record<string, unknown>>(
      `select m.key as "mailboxKey", last.sent_at as "sentAt", back.recognised_at as "backAt",
              extract(epoch from back.recognised_at - back.sent_at)::float8 as seconds, back.arrived_in as "arrivedIn"
         from mailboxes m
         join lateral (select sent_at from canaries c where c.mailbox_key = m.key
                        order by sent_at desc limit 1) last on true
         left join lateral (select sent_at, recognised_at, arrived_in from canaries c
                             where c.mailbox_key = m.key and recognised_at is not null
                             order by sent_at desc limit 1) back on true`,
    );
    return new Map(rows.map((row) => [row.mailboxKey, row]));
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
