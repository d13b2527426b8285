import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface QueueRow {
  readonly key: string;
  readonly name: string;
  readonly private: boolean;
  readonly retired: boolean;
  /** Of the agent asked about. */
  readonly member: boolean;
  readonly supervisor: boolean;
}

export interface QueueCounts {
  readonly queueKey: string;
  readonly open: number;
  readonly awaitingCustomer: number;
  readonly overdue: number;
  readonly unassigned: number;
}

export interface QueueMember {
  readonly agentId: string;
  readonly email: string;
  readonly name: string;
  readonly supervisor: boolean;
}

/** Queues, their members, and the break-glass book. */
@Injectable()
export class QueueStore {
  constructor(private readonly database: Database) {}

  /** Every queue that ever was, with the agent's part in it: tickets stay in retired queues too. */
  async queuesOf(agentId: string): Promise<QueueRow[]> {
    return this.database.query<QueueRow & Record<string, unknown>>(
      `select q.key, q.name, q.private, q.retired_at is not null as retired,
              m.agent_id is not null as member, coalesce(m.supervisor, false) as supervisor
         from queues q left join queue_members m on m.queue_key = q.key and m.agent_id = $1
        order by q.name, q.key`,
      [agentId],
    );
  }

  /** Counts of unresolved tickets; `queueKeys: null` counts every queue. */
  async counts(queueKeys: readonly string[] | null): Promise<QueueCounts[]> {
    return this.database.query<QueueCounts & Record<string, unknown>>(
      `select queue_key as "queueKey",
              count(*) filter (where status = 'open')::int as open,
              count(*) filter (where status = 'awaiting_customer')::int as "awaitingCustomer",
              count(*) filter (where breached)::int as overdue,
              count(*) filter (where assignee_id is null)::int as unassigned
         from tickets
        where status in ('open', 'awaiting_customer') and ($1::text[] is null or queue_key = any($1))
        group by queue_key`,
      [queueKeys],
    );
  }

  async membersOf(queueKey: string): Promise<QueueMember[]> {
    return this.database.query<QueueMember & Record<string, unknown>>(
      `select a.id as "agentId", a.email, a.name, m.supervisor
         from queue_members m join agents a on a.id = m.agent_id
        where m.queue_key = $1 and a.disabled_at is null order by a.name, a.email`,
      [queueKey],
    );
  }

  /** The keys of `queueKeys` that exist and are in use. */
  async inUse(tx: Tx, queueKeys: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ key: string }>(
      'select key from queues where key = any($1) and retired_at is null',
      [queueKeys],
    );
    return rows.map((row) => row.key);
  }

  async addMember(
    tx: Tx,
    member: { queueKey: string; agentId: string; supervisor: boolean; now: Date },
  ): Promise<void> {
    await tx.execute(
      `insert into queue_members (queue_key, agent_id, supervisor, added_at) values ($1, $2, $3, $4)
       on conflict (queue_key, agent_id) do update set supervisor = excluded.supervisor`,
      [member.queueKey, member.agentId, member.supervisor, member.now],
    );
  }

  async removeMember(tx: Tx, member: { queueKey: string; agentId: string }): Promise<void> {
    await tx.execute('delete from queue_members where queue_key = $1 and agent_id = $2', [
      member.queueKey,
      member.agentId,
    ]);
  }

  /** Whether an agent in service may work tickets of this queue: it is public, or she is a member (D20). */
  async mayWork(tx: Tx, agentId: string, queueKey: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from agents a join queues q on q.key = $2
         left join queue_members m on m.queue_key = q.key and m.agent_id = a.id
        where a.id = $1 and a.disabled_at is null
          and (m.agent_id is not null or (not q.private and a.role <> 'admin'))`,
      [agentId, queueKey],
    );
    return rows.length === 1;
  }

  /** Tickets an agent broke the glass of and may still see. */
  async brokenGlass(agentId: string, now: Date): Promise<string[]> {
    const rows = await this.database.query<{ ticketId: string }>(
      `select distinct ticket_id::text as "ticketId" from break_glass where agent_id = $1 and expires_at > $2`,
      [agentId, now],
    );
    return rows.map((row) => row.ticketId);
  }

  /** False where there is no such ticket. */
  async insertBreakGlass(
    tx: Tx,
    look: { agentId: string; ticketId: string; reason: string; at: Date; expiresAt: Date },
  ): Promise<boolean> {
    const written = await tx.execute(
      `insert into break_glass (agent_id, ticket_id, reason, at, expires_at)
       select $1, t.id, $3, $4, $5 from tickets t where t.id = $2`,
      [look.agentId, look.ticketId, look.reason, look.at, look.expiresAt],
    );
    return written === 1;
  }
}
