import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

export interface BacklogTicket {
  readonly ticketId: string;
  readonly mailboxKey: string;
  readonly dueAt: Date | null;
  readonly requesterName: string;
}

/** Tickets whose acknowledgement waits for the sender's hourly summary (D7). */
@Injectable()
export class BacklogStore {
  async add(
    tx: Tx,
    ticketId: string,
    address: string,
    mailboxKey: string,
    now: Date,
  ): Promise<void> {
    await tx.execute(
      `insert into acknowledgement_backlog (ticket_id, address, mailbox_key, waiting_since) values ($1, $2, $3, $4)
       on conflict (ticket_id) do nothing`,
      [ticketId, address, mailboxKey, now],
    );
  }

  /** An address and mailbox whose summary is due: the burst had time to end, and the last one is an hour old. */
  async nextDue(
    tx: Tx,
    gatheredSince: Date,
    lastSummaryBefore: Date,
  ): Promise<{ address: string; mailboxKey: string } | null> {
    const [row] = await tx.query<{ address: string; mailboxKey: string }>(
      `select b.address, b.mailbox_key as "mailboxKey" from acknowledgement_backlog b
        where b.summarised_at is null and b.waiting_since <= $1
          and not exists (select from acknowledgement_backlog s
                           where s.address = b.address and s.summarised_at > $2)
        order by b.waiting_since limit 1 for update of b skip locked`,
      [gatheredSince, lastSummaryBefore],
    );
    return row ?? null;
  }

  /** Takes all waiting tickets of this address and mailbox; the caller sends their summary in the same transaction. */
  async take(tx: Tx, address: string, mailboxKey: string, now: Date): Promise<BacklogTicket[]> {
    return tx.query(
      `with taken as (
         update acknowledgement_backlog set summarised_at = $3
          where address = $1 and mailbox_key = $2 and summarised_at is null returning ticket_id)
       select t.id as "ticketId", $2::text as "mailboxKey", t.due_at as "dueAt", coalesce(r.name, '') as "requesterName"
         from taken join tickets t on t.id = taken.ticket_id left join requesters r on r.id = t.requester_id
        order by t.id`,
      [address, mailboxKey, now],
    );
  }
}
