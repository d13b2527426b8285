import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Database, type Tx } from '../../../platform/index.js';
import type { HistoryActor } from './history.store.js';
import { visibleSql } from './ticket-access.js';

/** A requester as agents see them. */
export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly segment: string;
  readonly addresses: readonly string[];
  /** Tickets that the reader may see. */
  readonly tickets: number;
}

/**
 * Requesters through the eyes of an agent (D20): somebody whose tickets all lie in queues that the agent may not look
 * into is not there. Who has no ticket (an entered name) is nobody's secret.
 */
const PERSON = `
select w.id, w.name, w.segment,
       array(select a.address from requester_addresses a where a.requester_id = w.id order by a.added_at, a.address) as addresses,
       (select count(*)::int from tickets t where t.requester_id = w.id and ${visibleSql(1, 2)}) as tickets
  from requesters w
 where w.merged_into is null
   and (exists (select from tickets t where t.requester_id = w.id and ${visibleSql(1, 2)})
        or not exists (select from tickets t where t.requester_id = w.id))`;

@Injectable()
export class PeopleStore {
  constructor(private readonly database: Database) {}

  async find(scope: AccessScope, id: string, tx?: Tx): Promise<PersonRow | null> {
    const asked = tx ?? this.database;
    const [row] = await asked.query<PersonRow & Record<string, unknown>>(
      `${PERSON} and w.id = $3`,
      [scope.visibleQueues, scope.breakGlassTickets, id],
    );
    return row ?? null;
  }

  /** Who has this address. */
  async byAddress(scope: AccessScope, address: string): Promise<PersonRow | null> {
    const [row] = await this.database.query<PersonRow & Record<string, unknown>>(
      `${PERSON} and w.id = (select requester_id from requester_addresses where address = $3)`,
      [scope.visibleQueues, scope.breakGlassTickets, address],
    );
    return row ?? null;
  }

  /** Tickets of one become the other's, with a line in each one's history; all, or those asked from these addresses. */
  async moveTickets(
    tx: Tx,
    move: { from: string; into: string; addresses: readonly string[] | null; action: string },
    actor: HistoryActor,
    at: Date,
  ): Promise<number> {
    return tx.execute(
      `with moved as (
         update tickets set requester_id = $2
          where requester_id = $1 and ($3::text[] is null or lower(requester_address) = any($3))
          returning id)
       insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, before, after)
       select id, $4, $5, $6, $7, jsonb_build_object('requesterId', $1::text), jsonb_build_object('requesterId', $2::text)
         from moved`,
      [move.from, move.into, move.addresses, at, actor.kind, actor.id, move.action],
    );
  }
}
