import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';
import type { Candidate } from '../domain/choose-assignee.js';

const UNASSIGNED = `assignee_id is null and status = 'open' and lane = 'inbox'`;

/** Tickets that nobody has, and the agents who could. */
@Injectable()
export class AssignmentStore {
  /** Locks a queue for assigning; false where another process is at it. */
  async lockQueue(tx: Tx, queueKey: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from queues where key = $1 and retired_at is null for no key update skip locked`,
      [queueKey],
    );
    return rows.length === 1;
  }

  /** The unassigned tickets of a queue that are due first, locked; those that somebody has in hand are passed over. */
  async waiting(tx: Tx, queueKey: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from tickets where queue_key = $1 and ${UNASSIGNED}
        order by coalesce(due_at, 'infinity'::timestamptz), id limit $2 for no key update skip locked`,
      [queueKey, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** The one that is due first in any of these queues, locked; null where nothing waits. */
  async firstWaiting(tx: Tx, queueKeys: readonly string[]): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `select w.id from unnest($1::text[]) q (key)
         cross join lateral (
           select id, coalesce(due_at, 'infinity'::timestamptz) as due from tickets
            where queue_key = q.key and ${UNASSIGNED}
            order by 2, 1 limit 1 for no key update skip locked
         ) w
        order by w.due, w.id limit 1`,
      [queueKeys],
    );
    return row?.id ?? null;
  }

  /** Whoever counts an agent's open tickets against a limit locks her first: two who give her tickets take turns. */
  async lockAgent(tx: Tx, agentId: string): Promise<void> {
    await tx.query(`select 1 from agents where id = $1 for no key update`, [agentId]);
  }

  /** The same for all members of a queue. */
  async lockMembers(tx: Tx, queueKey: string): Promise<void> {
    await tx.query(
      `select 1 from agents a where a.id in (select m.agent_id from queue_members m where m.queue_key = $1)
        order by a.id for no key update of a`,
      [queueKey],
    );
  }

  /** Members in service who are here. */
  candidates(tx: Tx, queueKey: string, now: Date): Promise<Candidate[]> {
    return tx.query<Candidate & Record<string, unknown>>(
      `select a.id as "agentId", t.last_at as "lastAt",
              (select count(*)::int from tickets o where o.assignee_id = a.id and o.status = 'open') as open
         from queue_members m
         join agents a on a.id = m.agent_id and a.disabled_at is null
         left join queue_turns t on t.queue_key = m.queue_key and t.agent_id = m.agent_id
        where m.queue_key = $1 and not exists (
          select from agent_absences x where x.agent_id = a.id and (x.until_at is null or x.until_at > $2))`,
      [queueKey, now],
    );
  }

  async openOf(tx: Tx, agentId: string): Promise<number> {
    const [row] = await tx.query<{ open: number }>(
      `select count(*)::int as open from tickets where assignee_id = $1 and status = 'open'`,
      [agentId],
    );
    return row!.open;
  }

  /** Gives a locked ticket to an agent and remembers the turn; last activity and clocks stay as they are. */
  async assign(
    tx: Tx,
    given: { readonly ticketId: string; readonly agentId: string; readonly at: Date },
  ): Promise<void> {
    await tx.execute(
      `with t as (
         update tickets set assignee_id = $2, version = version + 1 where id = $1 returning queue_key
       )
       insert into queue_turns (queue_key, agent_id, last_at) select queue_key, $2, $3 from t
       on conflict (queue_key, agent_id) do update set last_at = excluded.last_at`,
      [given.ticketId, given.agentId, given.at],
    );
  }
}
