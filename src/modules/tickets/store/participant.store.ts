import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

export type ParticipantRole = 'requester' | 'cc' | 'accepted' | 'outsider';

export interface Participant {
  readonly address: string;
  readonly name: string;
  readonly role: ParticipantRole;
}

/** Who may write to a ticket by mail (D26). Addresses in lower case. */
@Injectable()
export class ParticipantStore {
  /**
   * Adds people; one who is there already keeps their role, except that an outsider whom an agent addresses in the
   * conversation itself, or accepts, becomes part of it.
   */
  async add(
    tx: Tx,
    ticketId: string,
    people: readonly Participant[],
    addedBy: string,
    now: Date,
  ): Promise<void> {
    if (people.length === 0) return;
    await tx.execute(
      `insert into ticket_participants as p (ticket_id, address, name, role, added_by, added_at)
       select $1, x.address, x.name, x.role, $3, $4
         from jsonb_to_recordset($2::jsonb) as x(address text, name text, role text)
       on conflict (ticket_id, address) do update set role = excluded.role, added_by = excluded.added_by
        where p.role = 'outsider' and excluded.role <> 'outsider'`,
      [ticketId, JSON.stringify(people), addedBy, now],
    );
  }

  /** The role of an address on the ticket; null for a stranger. */
  async roleOf(tx: Tx, ticketId: string, address: string): Promise<ParticipantRole | null> {
    const [row] = await tx.query<{ role: ParticipantRole }>(
      `select role from ticket_participants where ticket_id = $1 and address = $2`,
      [ticketId, address],
    );
    return row?.role ?? null;
  }

  /** Every address by which the requester of a ticket is known (D26). */
  async requesterAddresses(tx: Tx, ticketId: string): Promise<string[]> {
    const rows = await tx.query<{ address: string }>(
      `select lower(x) as address from tickets t, unnest(array[t.requester_address, t.reply_to_address]) x
        where t.id = $1 and x is not null
       union select a.address from tickets t join requester_addresses a on a.requester_id = t.requester_id
        where t.id = $1`,
      [ticketId],
    );
    return rows.map(({ address }) => address);
  }

  /** The agent in service with this log-in; null if there is none. */
  async agentByEmail(tx: Tx, email: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `select id from agents where email = $1 and disabled_at is null`,
      [email],
    );
    return row?.id ?? null;
  }

  /** Everybody, the requester by every address of theirs (D26). */
  async ofTicket(tx: Tx, ticketId: string): Promise<Participant[]> {
    return tx.query(
      `select address, name, role from (
         select p.address, p.name, p.role, p.added_at from ticket_participants p where p.ticket_id = $1
         union all
         select a.address, '', 'requester', a.added_at
           from tickets t join requester_addresses a on a.requester_id = t.requester_id
          where t.id = $1 and not exists (
            select from ticket_participants p where p.ticket_id = $1 and p.address = a.address)) everybody
        order by added_at, address`,
      [ticketId],
    );
  }
}
