import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { PortalVisit } from '../../tickets/index.js';

export type PortalStatus = 'open' | 'awaiting_customer' | 'resolved';

export interface PortalTicket {
  readonly protocol: string;
  readonly subject: string;
  readonly status: PortalStatus;
  readonly requester: string;
  readonly createdAt: Date;
  readonly lastActivityAt: Date;
}

export interface PortalMessage {
  readonly id: string;
  readonly from: 'customer' | 'agent';
  readonly author: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly attachments: readonly { readonly filename: string; readonly sizeBytes: number }[];
}

const COLUMNS = `t.id::text as protocol, t.subject, t.status, t.created_at as "createdAt",
  t.last_activity_at as "lastActivityAt", coalesce(nullif(p.name, ''), p.address) as requester`;

/** The tickets that the link opens: all, or those of public queues and of `$q`. */
const opened = (q: number): string =>
  `($${q}::text[] is null or t.queue_key = any($${q}) or not (select v.private from queues v where v.key = t.queue_key))`;

/**
 * What a customer sees of her tickets (D8): those she asked for, by the address that the link was sent to. Being in Cc
 * of a ticket is no access: the link proves one address, not who else may read.
 */
@Injectable()
export class PortalStore {
  constructor(private readonly database: Database) {}

  /** Newest activity first; `before` is the sort key of the last row of the page before. */
  async ticketsOf(
    { address, privateQueues }: PortalVisit,
    limit: number,
    before: { readonly lastActivityAt: string; readonly protocol: string } | null,
  ): Promise<PortalTicket[]> {
    return this.database.query<PortalTicket & Record<string, unknown>>(
      `select ${COLUMNS}
         from ticket_participants p join tickets t on t.id = p.ticket_id
        where p.address = $1 and p.role = 'requester'
          and ($2::timestamptz is null or (t.last_activity_at, t.id) < ($2, $3)) and ${opened(5)}
        order by t.last_activity_at desc, t.id desc limit $4`,
      [address, before?.lastActivityAt ?? null, before?.protocol ?? null, limit, privateQueues],
    );
  }

  /** Null also where the ticket is another person's, or one that the link does not open. */
  async ticketOf(
    { address, privateQueues }: PortalVisit,
    protocol: string,
  ): Promise<PortalTicket | null> {
    const [row] = await this.database.query<PortalTicket & Record<string, unknown>>(
      `select ${COLUMNS}
         from ticket_participants p join tickets t on t.id = p.ticket_id
        where p.address = $1 and p.role = 'requester' and t.id = $2 and ${opened(3)}`,
      [address, protocol, privateQueues],
    );
    return row ?? null;
  }

  async hasTickets(address: string): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from ticket_participants where address = $1 and role = 'requester' limit 1`,
      [address],
    );
    return rows.length === 1;
  }

  /** The conversation, oldest first: what customers wrote and what agents answered; never notes, events or outsiders. */
  async messagesOf(protocol: string): Promise<PortalMessage[]> {
    return this.database.query<PortalMessage & Record<string, unknown>>(
      `select m.id::text as id, case m.author_kind when 'agent' then 'agent' else 'customer' end as "from",
              m.author_name as author,
              case when m.visible_text <> '' then m.visible_text else m.body_text end as text,
              m.created_at as "createdAt",
              coalesce((select jsonb_agg(jsonb_build_object('filename', a.filename, 'sizeBytes', a.size_bytes)
                                         order by a.position)
                          from attachments a where a.message_id = m.id and not a.inline), '[]') as attachments
         from messages m
        where m.ticket_id = $1 and m.waiting is distinct from 'pending' and m.waiting is distinct from 'rejected'
          and ((m.kind in ('inbound', 'courtesy') and m.author_kind = 'customer')
               or (m.kind = 'reply' and m.author_kind = 'agent'))
          and not m.details ? 'sideConversation'
        order by m.created_at, m.id`,
      [protocol],
    );
  }

  /** The promised instant of a ticket opened in this transaction; null where no clock runs. */
  async dueAt(tx: Tx, protocol: string): Promise<Date | null> {
    const [row] = await tx.query<{ due_at: Date | null }>(
      'select due_at from tickets where id = $1',
      [protocol],
    );
    return row?.due_at ?? null;
  }
}
