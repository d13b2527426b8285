import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** What Message-IDs and tickets say about where a message belongs (D24–D26). */
@Injectable()
export class ThreadStore {
  /** Tickets of the answers that our people gave outside (D24): an answer to one of them is thread proof like any. */
  async answersGivenOutside(
    tx: Tx,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; ticketId: string }[]> {
    return tx.query(
      `select message_id_header as "messageId", ticket_id as "ticketId" from messages
        where via_outside and message_id_header = any($1::text[]) order by id desc`,
      [messageIds],
    );
  }

  /** Tickets that the messages of customers with these Message-IDs are on; those that came in by `mailboxKey` first. */
  async ticketsOfMessages(
    tx: Tx,
    messageIds: readonly string[],
    mailboxKey: string,
  ): Promise<Map<string, string[]>> {
    const rows = await tx.query<{ messageId: string; ticketId: string }>(
      `select message_id_header as "messageId", ticket_id as "ticketId" from intake
        where message_id_header = any($1::text[]) and ticket_id is not null
        order by mailbox_key = $2 desc, id desc limit 200`,
      [messageIds, mailboxKey],
    );
    const tickets = new Map<string, string[]>();
    for (const { messageId, ticketId } of rows)
      tickets.set(messageId, [...(tickets.get(messageId) ?? []), ticketId]);
    return tickets;
  }

  /** True where an agent in service logs in with this address (lower case). */
  async isAgentLogin(tx: Tx, address: string): Promise<boolean> {
    const [row] = await tx.query<{ known: boolean }>(
      `select exists (select from agents where email = $1 and disabled_at is null) as known`,
      [address],
    );
    return row!.known;
  }

  /** The twin of a ticket that came in by this mailbox (D25); null where there is none. */
  async twinIn(tx: Tx, ticketId: string, mailboxKey: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `select twin.id from tickets own join tickets twin on twin.twin_group = own.twin_group
        where own.id = $1 and twin.id <> own.id and twin.mailbox_key = $2 order by twin.id limit 1`,
      [ticketId, mailboxKey],
    );
    return row?.id ?? null;
  }
}
