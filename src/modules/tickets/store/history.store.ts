import { Injectable } from '@nestjs/common';
import { EventBus, type Tx } from '../../../platform/index.js';
import { newsOf } from '../domain/ticket-news.js';
import { ticketNews } from '../events.js';

/** Who did it. */
export interface HistoryActor {
  readonly kind: 'agent' | 'customer' | 'system' | 'operator';
  readonly id: string | null;
}

export const SYSTEM: HistoryActor = { kind: 'system', id: null };
export const CUSTOMER: HistoryActor = { kind: 'customer', id: null };
export const agentActor = (agentId: string): HistoryActor => ({ kind: 'agent', id: agentId });

/** One change: what it was before and what it is now, both plain JSON. */
export interface HistoryEntry {
  readonly action: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** `ticket_history`: append only. What is news to others is published from here: nothing changes without an entry. */
@Injectable()
export class HistoryStore {
  constructor(private readonly bus: EventBus) {}

  /** Appends the entries in their order, in one statement. */
  async append(
    tx: Tx,
    ticketId: string,
    at: Date,
    actor: HistoryActor,
    entries: readonly HistoryEntry[],
  ): Promise<void> {
    if (entries.length === 0) return;
    await tx.execute(
      `insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, before, after)
       select $1, $2, $3, $4, e->>'action', nullif(e->'before', 'null'::jsonb), nullif(e->'after', 'null'::jsonb)
         from jsonb_array_elements($5::jsonb) with ordinality as x(e, n) order by n`,
      [ticketId, at, actor.kind, actor.id, JSON.stringify(entries)],
    );
    const items = newsOf(entries);
    if (items.length > 0)
      await this.bus.publish(tx, ticketNews, { ticketId, at: at.toISOString(), items });
  }
}
