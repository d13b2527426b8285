import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { OutboundKind, OutboxRecipient, OutboxState } from '../domain/outgoing.js';

export interface OutboxFilter {
  readonly state?: OutboxState;
  readonly mailboxKey?: string;
  readonly ticketId?: string;
  /** null: the operator's view, all queues. */
  readonly visibleQueues: readonly string[] | null;
  /** Rows with a smaller id (the list runs from the newest). */
  readonly beforeId: string | null;
  readonly limit: number;
}

export interface OutboxAttempt {
  readonly attempt: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string | null;
  readonly code: number | null;
  readonly response: string | null;
}

export interface OutboxAction {
  readonly at: string;
  readonly actorKind: 'agent' | 'operator' | 'system';
  readonly actorId: string | null;
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface OutboxEntry {
  readonly id: string;
  readonly mailboxKey: string;
  readonly queueKey: string;
  readonly kind: OutboundKind;
  readonly automatic: boolean;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
  readonly messageId: string;
  readonly subject: string;
  readonly recipients: OutboxRecipient[];
  readonly state: OutboxState;
  readonly stateReason: string | null;
  readonly notBefore: Date;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly serverResponse: string | null;
  readonly sentCopy: 'pending' | 'filed' | 'found' | 'failed' | null;
  readonly version: number;
  readonly attempts: OutboxAttempt[];
  readonly actions: OutboxAction[];
}

export interface OutboxGauges {
  /** Age of the oldest unsent mail of a person's, in seconds; 0 where all are sent. Held ones count once due. */
  readonly oldestUnsentReplySeconds: number;
  readonly byMailboxAndState: readonly {
    readonly mailboxKey: string;
    readonly state: OutboxState;
    readonly count: number;
  }[];
}

const ENTRY = `select o.id, o.mailbox_key as "mailboxKey", o.queue_key as "queueKey", o.kind, o.automatic,
    o.ticket_id as "ticketId", o.ticket_message_id as "ticketMessageId", o.message_id as "messageId", o.subject,
    o.recipients, o.state, o.state_reason as "stateReason", o.not_before as "notBefore", o.created_at as "createdAt",
    o.sent_at as "sentAt", o.server_response as "serverResponse", o.version,
    (select c.sent_copy from outbox c where c.id = o.id) as "sentCopy",
    coalesce((select jsonb_agg(jsonb_build_object('attempt', t.attempt, 'startedAt', t.started_at, 'endedAt', t.ended_at,
        'outcome', t.outcome, 'code', t.code, 'response', t.response) order by t.attempt)
      from outbox_attempts t where t.outbox_id = o.id), '[]') as attempts,
    coalesce((select jsonb_agg(jsonb_build_object('at', a.at, 'actorKind', a.actor_kind, 'actorId', a.actor_id,
        'action', a.action, 'details', a.details) order by a.id)
      from outbox_actions a where a.outbox_id = o.id), '[]') as actions
  from outbox_by_queue o`;

/** The outbox as people look at it. */
@Injectable()
export class OutboxListStore {
  constructor(private readonly database: Database) {}

  /** Newest first; at most `limit` rows. */
  async list(filter: OutboxFilter): Promise<OutboxEntry[]> {
    return this.database.query<OutboxEntry & Record<string, unknown>>(
      `${ENTRY}
        where ($1::text[] is null or o.queue_key = any($1)) and ($2::text is null or o.state = $2)
          and ($3::text is null or o.mailbox_key = $3) and ($4::bigint is null or o.ticket_id = $4)
          and ($5::bigint is null or o.id < $5)
        order by o.id desc limit $6`,
      [
        filter.visibleQueues,
        filter.state ?? null,
        filter.mailboxKey ?? null,
        filter.ticketId ?? null,
        filter.beforeId,
        filter.limit,
      ],
    );
  }

  /** null also for a row in a queue that may not be seen (D20). */
  async byId(id: string, visibleQueues: readonly string[] | null): Promise<OutboxEntry | null> {
    const [row] = await this.database.query<OutboxEntry & Record<string, unknown>>(
      `${ENTRY} where o.id = $1 and ($2::text[] is null or o.queue_key = any($2))`,
      [id, visibleQueues],
    );
    return row ?? null;
  }

  /** Automatic mails begun since `since`, and those that wait to be, counted up to `enough` each. */
  async automaticLoad(since: Date, enough: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select (select count(*) from (select 1 from outbox where automatic and claimed_at is not null
                                        and claimed_at > $1 limit $2) begun)::integer
            + (select count(*) from (select 1 from outbox where state = 'queued' and automatic limit $2) waiting)::integer as count`,
      [since, enough],
    );
    return row!.count;
  }

  async gauges(now: Date): Promise<OutboxGauges> {
    const byMailboxAndState = await this.database.query<{
      mailboxKey: string;
      state: OutboxState;
      count: number;
    }>(
      `select mailbox_key as "mailboxKey", state, count(*)::integer as count from outbox
        where state in ('queued', 'held', 'sending', 'failed', 'unknown') group by 1, 2 order by 1, 2`,
    );
    const [oldest] = await this.database.query<{ seconds: number }>(
      `select coalesce(extract(epoch from $1::timestamptz - min(greatest(created_at, case state when 'held' then not_before
                end))), 0)::float8 as seconds
         from outbox where not automatic and (state in ('queued', 'sending') or (state = 'held' and not_before <= $1))`,
      [now],
    );
    return { byMailboxAndState, oldestUnsentReplySeconds: Math.max(0, oldest!.seconds) };
  }
}
