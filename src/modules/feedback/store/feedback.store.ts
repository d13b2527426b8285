import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface FeedbackRow {
  readonly score: number;
  readonly comment: string;
  readonly updatedAt: Date;
}

export interface ListedFeedback extends FeedbackRow {
  readonly protocol: string;
}

@Injectable()
export class FeedbackStore {
  constructor(private readonly database: Database) {}

  async ticketExists(ticketId: string): Promise<boolean> {
    return (
      (await this.database.query('select 1 from tickets where id = $1', [ticketId])).length === 1
    );
  }

  async of(ticketId: string): Promise<FeedbackRow | null> {
    const [row] = await this.database.query<FeedbackRow & Record<string, unknown>>(
      'select score, comment, updated_at as "updatedAt" from feedback where ticket_id = $1',
      [ticketId],
    );
    return row ?? null;
  }

  /** Newest first, of tickets in these queues or opened by break-glass (D20). */
  async list(
    scope: {
      readonly visibleQueues: readonly string[];
      readonly breakGlassTickets: readonly string[];
    },
    limit: number,
    before: { readonly updatedAt: string; readonly protocol: string } | null,
  ): Promise<ListedFeedback[]> {
    return this.database.query<ListedFeedback & Record<string, unknown>>(
      `select f.ticket_id::text as protocol, f.score, f.comment, f.updated_at as "updatedAt"
         from feedback f join tickets t on t.id = f.ticket_id
        where (t.queue_key = any($1) or t.id = any($2::bigint[]))
          and ($3::timestamptz is null or (f.updated_at, f.ticket_id) < ($3, $4))
        order by f.updated_at desc, f.ticket_id desc limit $5`,
      [
        scope.visibleQueues,
        scope.breakGlassTickets,
        before?.updatedAt ?? null,
        before?.protocol ?? null,
        limit,
      ],
    );
  }

  /** False where there is no such ticket. */
  async put(
    tx: Tx,
    given: { ticketId: string; score: number; comment: string; now: Date },
  ): Promise<boolean> {
    const written = await tx.execute(
      `insert into feedback (ticket_id, score, comment, created_at, updated_at)
       select t.id, $2, $3, $4, $4 from tickets t where t.id = $1
       on conflict (ticket_id) do update
          set score = excluded.score, comment = excluded.comment, updated_at = excluded.updated_at`,
      [given.ticketId, given.score, given.comment, given.now],
    );
    return written === 1;
  }

  /** D12: no more such questions. The first instant stays; false for an unknown requester. */
  async unsubscribe(tx: Tx, requesterId: string, now: Date): Promise<boolean> {
    const touched = await tx.execute(
      `update requesters set feedback_unsubscribed_at = coalesce(feedback_unsubscribed_at, $2)
        where id = (select coalesce(merged_into, id) from requesters where id::text = $1)`,
      [requesterId, now],
    );
    return touched === 1;
  }
}
