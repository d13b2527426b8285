import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface CustomerWait {
  readonly ticketId: string;
  readonly since: Date;
  readonly sinceMessageId: string;
  readonly remindAfter: number;
  readonly resolveAfter: number;
  readonly stage: 'waiting' | 'reminding' | 'reminded';
  readonly actAt: Date | null;
  readonly reminderMessageId: string | null;
  readonly remindedAt: Date | null;
}

/** What has happened on a ticket since a wait began. */
export interface SinceWait {
  readonly answered: boolean;
  readonly undecided: boolean;
  readonly undelivered: boolean;
}

const COLUMNS = `ticket_id as "ticketId", since, since_message_id as "sinceMessageId", remind_after as "remindAfter",
  resolve_after as "resolveAfter", stage, act_at as "actAt", reminder_message_id as "reminderMessageId",
  reminded_at as "remindedAt"`;

/** Candidates of one look: as many as may be held by others before a round gives up until the next. */
const LOOK = 50;

/**
 * Rows of `customer_waits`. Whoever changes one holds the ticket's row locked. One partial index holds exactly the waits of
 * which something will come by itself, so a round costs what is due, however many tickets wait.
 */
@Injectable()
export class CustomerWaitStore {
  constructor(private readonly database: Database) {}

  /** A new wait; one that there was must be ended before. */
  async begin(
    tx: Tx,
    wait: Pick<CustomerWait, 'ticketId' | 'since' | 'remindAfter' | 'resolveAfter' | 'actAt'> & {
      /** null: the newest message of the ticket. */
      readonly sinceMessageId: string | null;
    },
  ): Promise<void> {
    await tx.execute(
      `insert into customer_waits (ticket_id, since, since_message_id, remind_after, resolve_after, act_at)
       select $1, $2, id, $4, $5, $6
         from (select coalesce($3, (select max(m.id) from messages m where m.ticket_id = $1)) as id) newest
        where id is not null`,
      [
        wait.ticketId,
        wait.since,
        wait.sinceMessageId,
        wait.remindAfter,
        wait.resolveAfter,
        wait.actAt,
      ],
    );
  }

  /** Returns the wait that there was. */
  async end(tx: Tx, ticketId: string): Promise<CustomerWait | null> {
    const [row] = await tx.query<CustomerWait & Record<string, unknown>>(
      `delete from customer_waits where ticket_id = $1 returning ${COLUMNS}`,
      [ticketId],
    );
    return row ?? null;
  }

  /** A ticket of which something is due, locked until the transaction ends; those that somebody else holds are passed over. */
  async lockDue(tx: Tx, now: Date): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `select t.id from tickets t
        where t.id = any(array(
          select w.ticket_id from customer_waits w where w.act_at <= $1 order by w.act_at limit ${LOOK}))
        limit 1 for no key update of t skip locked`,
      [now],
    );
    return row?.id ?? null;
  }

  async find(tx: Tx, ticketId: string): Promise<CustomerWait | null> {
    const [row] = await tx.query<CustomerWait & Record<string, unknown>>(
      `select ${COLUMNS} from customer_waits where ticket_id = $1`,
      [ticketId],
    );
    return row ?? null;
  }

  async actLater(tx: Tx, ticketId: string, at: Date): Promise<void> {
    await tx.execute(`update customer_waits set act_at = $2 where ticket_id = $1`, [ticketId, at]);
  }

  /** The reminder stands in the outbox: nothing more comes until it has been accepted. */
  async reminding(tx: Tx, ticketId: string, reminderMessageId: string): Promise<void> {
    await tx.execute(
      `update customer_waits set stage = 'reminding', act_at = null, reminder_message_id = $2 where ticket_id = $1`,
      [ticketId, reminderMessageId],
    );
  }

  async reminded(tx: Tx, ticketId: string, at: Date, resolveAt: Date): Promise<void> {
    await tx.execute(
      `update customer_waits set stage = 'reminded', reminded_at = $2, act_at = $3 where ticket_id = $1`,
      [ticketId, at, resolveAt],
    );
  }

  /** Words that came later, and what became of ours (a read of the outbox's rows). */
  async since(tx: Tx, wait: CustomerWait): Promise<SinceWait> {
    const [row] = await tx.query<SinceWait & Record<string, unknown>>(
      `select
         exists (select from messages m where m.ticket_id = $1 and m.id > $2 and m.kind = 'inbound'
                    and not m.details ? 'automatic') as answered,
         exists (select from messages m left join outbox o on o.ticket_message_id = m.id
                  where m.ticket_id = $1 and m.id > $2
                    and ((m.kind = 'third_party' and m.waiting = 'pending')
                         or (m.kind = 'reply' and o.state in ('queued', 'held', 'sending')))) as undecided,
         exists (select from outbox o where o.ticket_message_id in ($2, $3)
                    and o.state in ('returned', 'failed', 'unknown')) as undelivered`,
      [wait.ticketId, wait.sinceMessageId, wait.reminderMessageId],
    );
    return row!;
  }

  /**
   * Whether the mailbox is watched, was read to its end at or after `due`, and nothing of it waits to be dealt with (a
   * read of the rows of mailboxes and of intake).
   */
  async mailboxRead(tx: Tx, mailboxKey: string, due: Date): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from mailbox_states s
        where s.mailbox_key = $1 and s.state in ('idle', 'polling') and s.last_seen_at >= $2
          and not exists (select from intake i where i.mailbox_key = $1 and i.state = 'stored')`,
      [mailboxKey, due],
    );
    return rows.length > 0;
  }

  /** A cheap look, so that a round without work costs no transaction. */
  async anythingDue(now: Date): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from customer_waits where act_at <= $1 limit 1`,
      [now],
    );
    return rows.length > 0;
  }
}
