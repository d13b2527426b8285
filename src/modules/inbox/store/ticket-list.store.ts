import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { aboutTicket, ticketsOutOfSight, type SummaryRow } from '../../tickets/index.js';
import { Database } from '../../../platform/index.js';
import type { ListPosition, SortField, TicketFilter, TicketSort } from '../http/list-query.js';

export interface TicketListRow extends SummaryRow {
  /** The sort key to go on from. */
  readonly sortKey: string;
}

/** What nothing is due for sorts behind everything that has a deadline; the indexes are made of the same expression. */
const SORT_EXPRESSIONS: Readonly<Record<SortField, string>> = {
  dueAt: `coalesce(t.due_at, 'infinity'::timestamptz)`,
  lastActivityAt: 't.last_activity_at',
  createdAt: 't.created_at',
};

const COLUMNS = `t.id, t.subject, t.status, t.close_reason as "closeReason", t.reason_key as "reasonKey",
  r.label as "reasonLabel", t.reason_decided_by as "reasonDecidedBy", t.reason_confidence as "reasonConfidence",
  t.queue_key as "queueKey", case when a.id is null then null
    else jsonb_build_object('id', a.id, 'name', a.name, 'email', a.email) end as assignee,
  t.requester_id as "requesterId", w.name as "requesterName", t.requester_address as "requesterAddress", t.channel,
  t.mailbox_key as "mailboxKey", t.priority, t.created_at as "createdAt", t.received_at as "receivedAt",
  t.last_activity_at as "lastActivityAt", t.resolved_at as "resolvedAt", t.due_at as "dueAt", t.due_kind as "dueKind",
  t.breached, t.escalated_to as "escalatedTo", t.escalated_at as "escalatedAt", t.tags, t.marks, t.lane, t.version`;

/** Builds one statement from fixed pieces; values only ever become parameters. */
class Statement {
  readonly values: unknown[] = [];
  readonly conditions: string[] = [];

  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  where(condition: string): void {
    this.conditions.push(condition);
  }
}

/** The inbox: pages of tickets, read from an index for each order, never sorted as a whole. */
@Injectable()
export class TicketListStore {
  constructor(private readonly database: Database) {}

  /**
   * At most `limit` tickets that the caller may see (D20), after `position`. Every queue (and each of several
   * statuses) is read by itself in index order and the heads are merged, so that the cost of a page does not grow with the
   * number of tickets. Tickets of public queues that are escalated to one of the caller's are among them (D11).
   */
  async page(
    scope: AccessScope,
    filter: TicketFilter,
    sort: TicketSort,
    page: { position: ListPosition | null; limit: number; now: Date },
  ): Promise<TicketListRow[]> {
    const sql = new Statement();
    const key = SORT_EXPRESSIONS[sort.field];
    const direction = sort.descending ? 'desc' : 'asc';
    this.filters(sql, filter, page.now);
    if (page.position !== null) {
      const comparison = sort.descending ? '<' : '>';
      const at = `(${sql.value(page.position.key)}::timestamptz, ${sql.value(page.position.id)}::bigint)`;
      sql.where(`(${key}, t.id) ${comparison} ${at}`);
    }
    const limit = sql.value(page.limit);
    const conditions = sql.conditions.map((condition) => ` and ${condition}`).join('');
    const order = `order by ${key} ${direction}, t.id ${direction} limit ${limit}`;
    const branches = this.branches(sql, scope, filter).map(
      ({ from, where }) =>
        `(select h.* from ${from} cross join lateral (
            select t.id, ${key} as sort_key from tickets t where ${where}${conditions} ${order}) h)`,
    );
    if (branches.length === 0) return [];
    const rows = await this.database.query<TicketListRow & Record<string, unknown>>(
      `with heads as (select id, sort_key from (${branches.join(' union ')}) u
          order by sort_key ${direction}, id ${direction} limit ${limit})
       select ${COLUMNS}, case when h.sort_key = 'infinity' then 'infinity'
           else to_char(h.sort_key at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as "sortKey"
         from heads h join tickets t on t.id = h.id
         left join reasons r on r.key = t.reason_key left join agents a on a.id = t.assignee_id
         left join requesters w on w.id = t.requester_id
        order by h.sort_key ${direction}, h.id ${direction}`,
      sql.values,
    );
    return rows;
  }

  /** Tickets that marks of these rows name and the caller may not see (D20). */
  namedOutOfSight(
    scope: AccessScope,
    rows: readonly Pick<SummaryRow, 'marks'>[],
  ): Promise<ReadonlySet<string>> {
    const named = rows.map(({ marks }) => aboutTicket(marks)).filter((id) => id !== null);
    return ticketsOutOfSight(this.database, scope, named);
  }

  /** Where tickets may come from: the visible queues, escalations to them, and what break-glass shows (D20). */
  private branches(
    sql: Statement,
    scope: AccessScope,
    filter: TicketFilter,
  ): { from: string; where: string }[] {
    const visible = scope.visibleQueues;
    const wanted =
      filter.queues === undefined ? visible : filter.queues.filter((key) => visible.includes(key));
    const statuses = filter.statuses;
    const branches: { from: string; where: string }[] = [];
    const ofOnePerson =
      filter.requester !== undefined ||
      (filter.assignee !== undefined && filter.assignee !== 'none');
    if (wanted.length > 0 && ofOnePerson) {
      // One person's tickets are few and have an index of their own: going through the queues would read them each time.
      const status =
        statuses === undefined ? '' : ` and t.status = any(${sql.value(statuses)}::text[])`;
      branches.push({
        from: '(select 1) q',
        where: `t.queue_key = any(${sql.value(wanted)}::text[])${status}`,
      });
    } else if (wanted.length > 0) {
      const queues = `unnest(${sql.value(wanted)}::text[]) q(key)`;
      branches.push(
        statuses === undefined
          ? { from: queues, where: 't.queue_key = q.key' }
          : {
              from: `${queues} cross join unnest(${sql.value(statuses)}::text[]) s(status)`,
              where: 't.queue_key = q.key and t.status = s.status',
            },
      );
    }
    if (visible.length > 0) {
      const status =
        statuses === undefined ? '' : ` and t.status = any(${sql.value(statuses)}::text[])`;
      const named =
        filter.queues === undefined
          ? ''
          : ` and (t.queue_key = any(${sql.value(filter.queues)}::text[]) or t.escalated_to = any(${sql.value(filter.queues)}::text[]))`;
      branches.push({
        from: `unnest(${sql.value(visible)}::text[]) q(key)`,
        where: `t.escalated_to = q.key and not (select v.private from queues v where v.key = t.queue_key)${status}${named}`,
      });
    }
    return branches;
  }

  private filters(sql: Statement, filter: TicketFilter, now: Date): void {
    if (filter.reasons !== undefined) {
      const keys = filter.reasons.filter((key) => key !== 'none');
      const some = `t.reason_key = any(${sql.value(keys)}::text[])`;
      sql.where(filter.reasons.includes('none') ? `(t.reason_key is null or ${some})` : some);
    }
    if (filter.assignee !== undefined) {
      sql.where(
        filter.assignee === 'none'
          ? 't.assignee_id is null'
          : `t.assignee_id = ${sql.value(filter.assignee)}::uuid`,
      );
    }
    if (filter.requester !== undefined) sql.where(this.requester(sql, filter.requester));
    if (filter.lanes !== undefined) sql.where(`t.lane = any(${sql.value(filter.lanes)}::text[])`);
    if (filter.overdue === true) {
      // A bound on the sort's own expression, so that the list by deadline stops where nothing is late any more.
      sql.where(
        `coalesce(t.due_at, 'infinity'::timestamptz) < ${sql.value(now)} and t.status <> 'resolved'`,
      );
    }
    if (filter.overdue === false) {
      sql.where(`coalesce(t.due_at, 'infinity'::timestamptz) >= ${sql.value(now)}`);
    }
  }

  private requester(sql: Statement, said: string): string {
    if (said.includes('@')) {
      const address = sql.value(said.trim().toLowerCase());
      return `t.requester_id in (select ra.requester_id from requester_addresses ra where ra.address = ${address})`;
    }
    return `t.requester_id = ${sql.value(said)}::uuid`;
  }
}
