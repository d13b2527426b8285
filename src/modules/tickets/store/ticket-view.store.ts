import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Database, type Tx } from '../../../platform/index.js';
import { isProtocol, visibleSql, type Sight } from './ticket-access.js';
import { TICKET_COLUMNS, type TicketRow } from './ticket.store.js';

/** A link to another ticket; what the reader may not see has only its restricted label (D20). */
export interface LinkedTicketRow {
  readonly relation: 'twin' | 'follow_up_of' | 'follow_up' | 'escalation_of' | 'escalation';
  readonly id: string;
  readonly subject: string;
  readonly queueKey: string;
  readonly status: string;
  readonly visible: boolean;
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface RequesterRow {
  readonly id: string;
  readonly name: string;
  readonly supportId: string | null;
  readonly accessEmail: string | null;
  readonly segment: string;
  readonly entitlements: unknown;
  readonly addresses: readonly string[];
}

/** Instants as the database writes them into JSON. */
export interface WaitRow {
  readonly stage: 'waiting' | 'reminding' | 'reminded';
  readonly since: string;
  readonly remindAfter: number;
  readonly resolveAfter: number;
  readonly actAt: string | null;
  readonly remindedAt: string | null;
}

export interface TicketDetailRow extends TicketRow {
  readonly queueName: string;
  readonly reasonLabel: string | null;
  readonly assignee: PersonRow | null;
  readonly requester: RequesterRow | null;
  readonly participants: readonly { address: string; name: string; role: string }[];
  readonly linked: readonly LinkedTicketRow[];
  readonly resolutionDueAt: Date | null;
  /** Where reminder and automatic resolve are switched on and the ball is with the customer. */
  readonly wait: WaitRow | null;
  /** Cc of the last customer message. */
  readonly lastCc: readonly { address: string; name: string }[] | null;
}

const LINKED = (relation: string, condition: string): string =>
  `select '${relation}' as relation, t.id::text as id, t.subject, t.queue_key as "queueKey", t.status,
          ${visibleSql(2, 3)} as visible
     from tickets t where ${condition}`;

/**
 * Identification of a person serves every queue, except what was learned from a message that the reader may not see
 * (D20): a finance mail's login must not show up on a support ticket.
 */
const LEARNED_IN_SIGHT = (column: string): string =>
  `case when not exists (select from messages sm join tickets t on t.id = sm.ticket_id
      where sm.id = substring(w.${column}_source from '^message:([0-9]+)$')::bigint and not ${visibleSql(2, 3)})
    then w.${column} end`;

/** Tickets that the reader may see and `which` is true of; `which` and its parameters but $2 and $3 are the caller's. */
const detailSql = (which: string): string => `
with x as (select t.* from tickets t where ${which} and ${visibleSql(2, 3)})
select ${TICKET_COLUMNS}, q.name as "queueName", r.label as "reasonLabel",
  (select jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email) from agents a where a.id = t.assignee_id) as assignee,
  (select jsonb_build_object('id', w.id, 'name', w.name, 'supportId', ${LEARNED_IN_SIGHT('support_id')},
     'accessEmail', ${LEARNED_IN_SIGHT('access_email')}, 'segment', w.segment, 'entitlements', w.entitlements,
     'addresses', array(select ra.address from requester_addresses ra where ra.requester_id = w.id order by ra.added_at, ra.address))
     from requesters w where w.id = t.requester_id) as requester,
  coalesce((select jsonb_agg(jsonb_build_object('address', p.address, 'name', p.name, 'role', p.role)
     order by p.added_at, p.role = 'cc', p.address) from ticket_participants p where p.ticket_id = t.id), '[]') as participants,
  (select k.due_at from clocks k where k.ticket_id = t.id and k.kind = 'resolution' and k.ended_at is null) as "resolutionDueAt",
  (select jsonb_build_object('stage', cw.stage, 'since', cw.since, 'remindAfter', cw.remind_after, 'resolveAfter', cw.resolve_after,
     'actAt', cw.act_at, 'remindedAt', cw.reminded_at) from customer_waits cw where cw.ticket_id = t.id) as wait,
  (select m.cc_addresses from messages m where m.ticket_id = t.id and m.kind in ('inbound', 'courtesy')
    order by m.id desc limit 1) as "lastCc",
  coalesce((select jsonb_agg(l order by l.id::bigint) from (
    ${LINKED('twin', 't.twin_group = y.twin_group and t.id <> y.id')}
    union all ${LINKED('follow_up_of', 't.id = y.follow_up_of')}
    union all ${LINKED('follow_up', 't.follow_up_of = y.id')}
    union all ${LINKED('escalation_of', 't.id = y.escalation_of')}
    union all ${LINKED('escalation', 't.escalation_of = y.id')}
  ) l), '[]') as linked
  from x t join x y on y.id = t.id join queues q on q.key = t.queue_key left join reasons r on r.key = t.reason_key`;

const DETAIL = detailSql('t.id = $1');

/** The page after $1. The inner query walks the primary key and stops at its limit. */
const PAGE = `${detailSql(`t.id in (select p.id from tickets p
   where p.id > $1 and p.queue_key = any($4::text[]) and ($5::bigint[] is null or p.id = any($5))
     and ($6::timestamptz is null or p.created_at >= $6) and ($7::timestamptz is null or p.created_at < $7)
   order by p.id limit $8)`)} order by t.id`;

/** Which tickets a walk over all of them is about. */
export interface TicketSelection {
  readonly queues: readonly string[];
  /** Null: all of them. */
  readonly protocols: readonly string[] | null;
  /** By `createdAt`; `until` is excluded. Null: no bound. */
  readonly from: Date | null;
  readonly until: Date | null;
}

export interface HistoryRow {
  readonly at: Date;
  readonly actorKind: string;
  readonly actorName: string | null;
  readonly action: string;
  readonly before: unknown;
  readonly after: unknown;
}

const HISTORY = `h.at, h.actor_kind as "actorKind", a.name as "actorName", h.action, h.before, h.after
  from ticket_history h left join agents a on h.actor_kind = 'agent' and a.id::text = h.actor_id`;

/** One ticket as agents see it. */
@Injectable()
export class TicketViewStore {
  constructor(private readonly database: Database) {}

  /** Null for an unknown ticket and for one that the reader may not see alike (D20). */
  async detail(scope: AccessScope, protocol: string): Promise<TicketDetailRow | null> {
    if (!isProtocol(protocol)) return null;
    const [row] = await this.database.query<TicketDetailRow & Record<string, unknown>>(DETAIL, [
      protocol,
      scope.visibleQueues,
      scope.breakGlassTickets,
    ]);
    return row ?? null;
  }

  /** The first tickets after `after` (null: from the beginning) in the order of their numbers, for a walk over all. */
  page(
    tx: Tx,
    scope: Sight,
    { queues, protocols, from, until }: TicketSelection,
    after: string | null,
    limit: number,
  ): Promise<TicketDetailRow[]> {
    return tx.query<TicketDetailRow & Record<string, unknown>>(PAGE, [
      after ?? '0',
      scope.visibleQueues,
      scope.breakGlassTickets,
      queues,
      protocols,
      from,
      until,
      limit,
    ]);
  }

  /** Every change of a ticket, oldest first. */
  history(protocol: string): Promise<HistoryRow[]> {
    return this.database.query<HistoryRow & Record<string, unknown>>(
      `select ${HISTORY} where h.ticket_id = $1 order by h.id`,
      [protocol],
    );
  }

  /** The same of several tickets, ticket by ticket. */
  historyOf(
    tx: Tx,
    protocols: readonly string[],
  ): Promise<(HistoryRow & { readonly protocol: string })[]> {
    return tx.query(
      `select h.ticket_id::text as protocol, ${HISTORY} where h.ticket_id = any($1::bigint[]) order by h.ticket_id, h.id`,
      [protocols],
    );
  }
}
