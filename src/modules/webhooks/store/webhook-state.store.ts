import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import { addressHash } from './deliveries.store.js';

export interface WebhookFigures {
  readonly webhook: string;
  readonly delivered: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly refused: number;
  readonly waiting: number;
  readonly oldestWaitingAt: Date | null;
  readonly disabledAt: Date | null;
  readonly disabledUrlSha256: Buffer | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly webhook: string;
  readonly event: string;
  readonly protocol: string;
  readonly queue: string;
  /** Of the queue that the ticket is in. */
  readonly private: boolean;
  readonly webhookId: string;
  readonly state: string;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

const DELIVERY = `select d.id::text as id, d.webhook, d.event, d.ticket_id::text as protocol, t.queue_key as queue, q.private,
    d.message_id as "webhookId", d.state, d.attempts, d.next_attempt_at as "nextAttemptAt", d.created_at as "createdAt",
    d.ended_at as "endedAt", d.last_status as "lastStatus", d.last_error as "lastError"
  from webhook_deliveries d join tickets t on t.id = d.ticket_id join queues q on q.key = t.queue_key`;

/** Webhooks and deliveries as operators look at them. */
@Injectable()
export class WebhookStateStore {
  constructor(private readonly database: Database) {}

  /** Whether this address of the webhook has answered 410. */
  async isDisabled(tx: Tx, webhook: string, url: string): Promise<boolean> {
    const rows = await tx.query(
      'select 1 from webhook_states where webhook = $1 and disabled_url_sha256 = $2',
      [webhook, addressHash(url)],
    );
    return rows.length > 0;
  }

  async disable(tx: Tx, webhook: string, url: string, now: Date): Promise<void> {
    await tx.execute(
      `insert into webhook_states (webhook, disabled_at, disabled_url_sha256) values ($1, $2, $3)
       on conflict (webhook) do update
          set disabled_at = excluded.disabled_at, disabled_url_sha256 = excluded.disabled_url_sha256`,
      [webhook, now, addressHash(url)],
    );
  }

  async enable(tx: Tx, webhook: string): Promise<void> {
    await tx.execute(
      'update webhook_states set disabled_at = null, disabled_url_sha256 = null where webhook = $1',
      [webhook],
    );
  }

  /** Of webhooks in `names`; those that nothing was ever written for are there with zeros. */
  async figures(names: readonly string[]): Promise<WebhookFigures[]> {
    return this.database.query<WebhookFigures & Record<string, unknown>>(
      `select w as webhook, coalesce(s.delivered, 0)::float8 as delivered, coalesce(s.failed, 0)::float8 as failed,
              coalesce(s.cancelled, 0)::float8 as cancelled, coalesce(s.refused, 0)::float8 as refused,
              coalesce(d.waiting, 0)::int as waiting, d.oldest as "oldestWaitingAt", s.disabled_at as "disabledAt",
              s.disabled_url_sha256 as "disabledUrlSha256"
         from unnest($1::text[]) with ordinality as x (w, n) left join webhook_states s on s.webhook = w
         left join (select webhook, count(*) as waiting, min(created_at) as oldest from webhook_deliveries
                     where state in ('queued', 'sending') group by webhook) d on d.webhook = w
        order by n`,
      [names],
    );
  }

  /** Newest first. */
  async deliveries(filter: {
    readonly webhook: string | null;
    readonly state: string | null;
    readonly beforeId: string | null;
    readonly limit: number;
  }): Promise<DeliveryRow[]> {
    return this.database.query<DeliveryRow & Record<string, unknown>>(
      `${DELIVERY}
        where ($1::text is null or d.webhook = $1) and ($2::text is null or d.state = $2)
          and ($3::bigint is null or d.id < $3)
        order by d.id desc limit $4`,
      [filter.webhook, filter.state, filter.beforeId, filter.limit],
    );
  }

  async lockDelivery(tx: Tx, id: string): Promise<DeliveryRow | null> {
    const [row] = await tx.query<DeliveryRow & Record<string, unknown>>(
      `${DELIVERY} where d.id = $1 for update of d`,
      [id],
    );
    return row ?? null;
  }

  async requeue(
    tx: Tx,
    id: string,
    { now, giveUpAt }: { now: Date; giveUpAt: Date },
  ): Promise<void> {
    await tx.execute(
      `update webhook_deliveries set state = 'queued', attempts = 0, next_attempt_at = $2, give_up_at = $3, ended_at = null
        where id = $1`,
      [id, now, giveUpAt],
    );
  }
}
