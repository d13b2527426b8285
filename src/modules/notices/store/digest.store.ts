import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface DigestQueue {
  readonly key: string;
  readonly supervisor: boolean;
}

/** An agent in service who is here and wants digests, with the queues she is a member of. */
export interface DigestReader {
  readonly agentId: string;
  readonly email: string;
  readonly name: string;
  readonly queues: readonly DigestQueue[];
}

export type DigestSection = 'overdue' | 'due_today' | 'unanswered';

export interface DigestLine {
  readonly section: DigestSection;
  readonly protocol: string;
  readonly queueKey: string;
  readonly dueAt: Date | null;
  /** Of the whole section; lines are the most urgent ones. */
  readonly total: number;
}

export interface QueueTotals {
  readonly queueKey: string;
  readonly open: number;
  readonly awaitingCustomer: number;
  readonly overdue: number;
  readonly dueToday: number;
  readonly unassigned: number;
}

/**
 * What waits for one agent: her own tickets and those escalated to her queues whose deadline has passed or is today's, and
 * what nobody has taken in her queues and nobody has answered. Only in the queues given: a ticket that she holds in one
 * that she has left is not hers to hear of (D20).
 */
const LINES = `
  with due as (
    select t.id, t.queue_key, t.due_at from tickets t
     where t.assignee_id = $1 and t.queue_key = any($2::text[]) and t.status = 'open' and t.due_at < $4
    union
    select t.id, t.queue_key, k.due_at from tickets t
      join clocks k on k.ticket_id = t.id and k.kind = 'resolution' and k.ended_at is null
      join queues q on q.key = t.queue_key
     where t.escalated_to = any($2::text[]) and not q.private and k.due_at < $4),
  said as (
    select case when due_at < $3 then 'overdue' else 'due_today' end as section, id, queue_key, due_at from due
    union all
    select 'unanswered', t.id, t.queue_key, t.due_at from tickets t
     where t.assignee_id is null and t.queue_key = any($2::text[]) and t.status = 'open' and t.lane = 'inbox'
       and t.due_kind = 'first_return'),
  ranked as (
    select *, count(*) over (partition by section)::int as total,
           row_number() over (partition by section order by due_at nulls last, id) as place from said)
  select section, id::text as protocol, queue_key as "queueKey", due_at as "dueAt", total
    from ranked where place <= $5 order by section, place`;

const TOTALS = `
  select queue_key as "queueKey", count(*) filter (where status = 'open')::int as open,
         count(*) filter (where status = 'awaiting_customer')::int as "awaitingCustomer",
         count(*) filter (where due_at < $2)::int as overdue,
         count(*) filter (where due_at >= $2 and due_at < $3)::int as "dueToday",
         count(*) filter (where status = 'open' and assignee_id is null)::int as unassigned
    from tickets where queue_key = any($1::text[]) and status in ('open', 'awaiting_customer')
   group by queue_key order by queue_key`;

/** What digests are made of, and whose was made. */
@Injectable()
export class DigestStore {
  constructor(private readonly database: Database) {}

  /** In order of their addresses. */
  readers(now: Date): Promise<DigestReader[]> {
    return this.database.query<DigestReader & Record<string, unknown>>(
      `select a.id as "agentId", a.email, a.name,
              jsonb_agg(jsonb_build_object('key', m.queue_key, 'supervisor', m.supervisor) order by m.queue_key) as queues
         from agents a join queue_members m on m.agent_id = a.id
        where a.disabled_at is null
          and not exists (select 1 from agent_absences x where x.agent_id = a.id
                             and (x.until_at is null or x.until_at > $1))
          and not exists (select 1 from agent_notice_choices c where c.agent_id = a.id and not c.digest)
        group by a.id order by a.email`,
      [now],
    );
  }

  /** Agents whose morning of this day was looked at. */
  async done(day: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ agentId: string }>(
      'select agent_id as "agentId" from agent_digests where day = $1',
      [day],
    );
    return new Set(rows.map((row) => row.agentId));
  }

  /** False where another worker has it. */
  async begin(tx: Tx, agentId: string, day: string, sent: boolean): Promise<boolean> {
    const written = await tx.execute(
      `insert into agent_digests (agent_id, day, sent) values ($1, $2, $3) on conflict (agent_id, day) do nothing`,
      [agentId, day, sent],
    );
    return written === 1;
  }

  lines(
    tx: Tx,
    about: {
      agentId: string;
      queues: readonly string[];
      now: Date;
      dayEndsAt: Date;
      limit: number;
    },
  ): Promise<DigestLine[]> {
    const { agentId, queues, now, dayEndsAt, limit } = about;
    return tx.query<DigestLine & Record<string, unknown>>(LINES, [
      agentId,
      queues,
      now,
      dayEndsAt,
      limit,
    ]);
  }

  totals(
    tx: Tx,
    about: { queues: readonly string[]; now: Date; dayEndsAt: Date },
  ): Promise<QueueTotals[]> {
    return tx.query<QueueTotals & Record<string, unknown>>(TOTALS, [
      about.queues,
      about.now,
      about.dayEndsAt,
    ]);
  }

  async forget(tx: Tx, beforeDay: string): Promise<void> {
    await tx.execute('delete from agent_digests where day < $1', [beforeDay]);
  }

  /** Whether this agent wants digests; true where she never said. */
  async wantsDigest(agentId: string): Promise<boolean> {
    const [row] = await this.database.query<{ digest: boolean }>(
      'select digest from agent_notice_choices where agent_id = $1',
      [agentId],
    );
    return row?.digest ?? true;
  }

  async choose(tx: Tx, agentId: string, digest: boolean): Promise<void> {
    await tx.execute(
      `insert into agent_notice_choices (agent_id, digest) values ($1, $2)
       on conflict (agent_id) do update set digest = excluded.digest`,
      [agentId, digest],
    );
  }
}
