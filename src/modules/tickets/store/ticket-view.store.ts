import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Database } from '../../../platform/index.js';
import { isProtocol, visibleSql } from './ticket-access.js';
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

export interface TicketDetailRow extends TicketRow {
  readonly queueName: string;
  readonly reasonLabel: string | null;
  readonly assignee: PersonRow | null;
  readonly requester: RequesterRow | null;
  readonly participants: readonly { address: string; name: string; role: string }[];
  readonly linked: readonly LinkedTicketRow[];
  readonly resolutionDueAt: Date | null;
  /** Cc of the last customer message. */
  readonly lastCc: readonly { address: string; name: string }[] | null;
}

const LINKED = (relation: string, condition: string): string =>
  `select '${relation}' as relation, t.id::text as id, t.subject, t.queue_key as "queueKey", t.status,
          ${visibleSql(2, 3)} as visible
     from tickets t, x where ${condition}`;

/**
 * Identification of a person serves every queue, except what was learned from a message that the reader may not see
 * (D20): a finance mail's login must not show up on a support ticket.
 */
const LEARNED_IN_SIGHT = (column: string): string =>
  `case when not exists (select from messages sm join tickets t on t.id = sm.ticket_id
      where sm.id = substring(w.${column}_source from '^message:([0-9]+)$')::bigint and not ${visibleSql(2, 3)})
    then w.${column} end`;

const DETAIL = `
with x as (select t.* from tickets t where t.id = $1 and ${visibleSql(2, 3)})
select ${TICKET_COLUMNS}, q.name as "queueName", r.label as "reasonLabel",
  (select jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email) from agents a where a.id = t.assignee_id) as assignee,
  (select jsonb_build_object('id', w.id, 'name', w.name, 'supportId', ${LEARNED_IN_SIGHT('support_id')},
     'accessEmail', ${LEARNED_IN_SIGHT('access_email')}, 'segment', w.segment, 'entitlements', w.entitlements,
     'addresses', array(select ra.address from requester_addresses ra where ra.requester_id = w.id order by ra.added_at, ra.address))
     from requesters w where w.id = t.requester_id) as requester,
  coalesce((select jsonb_agg(jsonb_build_object('address', p.address, 'name', p.name, 'role', p.role)
     order by p.added_at, p.role = 'cc', p.address) from ticket_participants p where p.ticket_id = t.id), '[]') as participants,
  (select k.due_at from clocks k where k.ticket_id = t.id and k.kind = 'resolution' and k.ended_at is null) as "resolutionDueAt",
  (select m.cc_addresses from messages m where m.ticket_id = t.id and m.kind in ('inbound', 'courtesy')
    order by m.id desc limit 1) as "lastCc",
  coalesce((select jsonb_agg(l order by l.id::bigint) from (
    ${LINKED('twin', 't.twin_group = x.twin_group and t.id <> x.id')}
    union all ${LINKED('follow_up_of', 't.id = x.follow_up_of')}
    union all ${LINKED('follow_up', 't.follow_up_of = x.id')}
    union all ${LINKED('escalation_of', 't.id = x.escalation_of')}
    union all ${LINKED('escalation', 't.escalation_of = x.id')}
  ) l), '[]') as linked
  from x t join queues q on q.key = t.queue_key left join reasons r on r.key = t.reason_key`;

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

  /** Every change of a ticket, oldest first. */
  async history(protocol: string): Promise<
    {
      at: Date;
      actorKind: string;
      actorName: string | null;
      action: string;
      before: unknown;
      after: unknown;
    }[]
  > {
    return this.database.query(
      `select h.at, h.actor_kind as "actorKind", a.name as "actorName", h.action, h.before, h.after
         from ticket_history h left join agents a on h.actor_kind = 'agent' and a.id::text = h.actor_id
        where h.ticket_id = $1 order by h.id`,
      [protocol],
    );
  }
}
