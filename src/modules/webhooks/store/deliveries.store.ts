import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { TicketState } from '../domain/payload.js';

export interface NewDelivery {
  readonly webhook: string;
  readonly event: string;
  readonly ticketId: string;
  readonly messageId: string;
  readonly body: string;
}

/** A claimed delivery: ours to send until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Number of this attempt: a late outcome of another one is recognised by it. */
  readonly attempt: number;
  readonly messageId: string;
  readonly body: string;
  readonly giveUpAt: Date;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly id: string;
  readonly attempt: number;
  readonly state: 'queued' | 'delivered' | 'failed' | 'cancelled';
  readonly nextAttemptAt: Date;
  readonly endedAt: Date | null;
  readonly status: number | null;
  readonly error: string | null;
}

const DUE = `state in ('queued', 'sending') and next_attempt_at <= $2`;

/** `webhook_deliveries`, and the tickets that they are about. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  async ticket(tx: Tx, ticketId: string): Promise<TicketState | null> {
    const [row] = await tx.query<TicketState & Record<string, unknown>>(
      `select id::text as protocol, queue_key as queue, reason_key as reason, status, close_reason as "closeReason", lane,
              channel, priority, assignee_id as "assigneeId", created_at as "createdAt", due_at as "dueAt",
              due_kind as "dueKind", breached
         from tickets where id = $1`,
      [ticketId],
    );
    return row ?? null;
  }

  async insert(
    tx: Tx,
    deliveries: readonly NewDelivery[],
    { now, giveUpAt }: { now: Date; giveUpAt: Date },
  ): Promise<void> {
    await tx.execute(
      `insert into webhook_deliveries (webhook, event, ticket_id, message_id, body, next_attempt_at, created_at, give_up_at)
       select webhook, event, "ticketId", "messageId", body, $2, $2, $3
         from jsonb_to_recordset($1::jsonb)
              as r (webhook text, event text, "ticketId" bigint, "messageId" text, body text)`,
      [JSON.stringify(deliveries), now, giveUpAt],
    );
  }

  /** Those of `webhooks` that have something to send now: a cheap look outside a transaction. */
  async due(webhooks: readonly string[], now: Date): Promise<string[]> {
    const rows = await this.database.query<{ webhook: string }>(
      `select w as webhook from unnest($1::text[]) w
        where exists (select 1 from webhook_deliveries d where d.webhook = w and ${DUE})`,
      [webhooks, now],
    );
    return rows.map((row) => row.webhook);
  }

  /**
   * Takes at most `limit` due deliveries until `leaseEnd`, each by one worker. What has moved into a queue that the webhook
   * may not be told of since it was written is called off instead (D20). The attempt is counted before it begins.
   */
  async claim(
    tx: Tx,
    claim: {
      webhook: string;
      queues: readonly string[];
      limit: number;
      now: Date;
      leaseEnd: Date;
    },
  ): Promise<ClaimedDelivery[]> {
    return tx.query<ClaimedDelivery & Record<string, unknown>>(
      `with due as (
         select d.id, t.queue_key = any($3::text[]) as allowed
           from webhook_deliveries d join tickets t on t.id = d.ticket_id
          where d.webhook = $1 and d.${DUE} order by d.next_attempt_at, d.id limit $4 for update of d skip locked),
       restricted as (
         update webhook_deliveries d set state = 'cancelled', ended_at = $2, last_error = 'the ticket is in a restricted queue'
           from due where d.id = due.id and not due.allowed returning d.webhook),
       counted as (${count('cancelled', '(select count(*) from restricted)')})
       update webhook_deliveries d set state = 'sending', attempts = d.attempts + 1, next_attempt_at = $5
         from due where d.id = due.id and due.allowed
       returning d.id, d.attempts as attempt, d.message_id as "messageId", d.body, d.give_up_at as "giveUpAt"`,
      [claim.webhook, claim.now, claim.queues, claim.limit, claim.leaseEnd],
    );
  }

  /** False where the delivery is no longer this attempt's: then nothing is written. */
  async record(tx: Tx, end: AttemptEnd): Promise<boolean> {
    const written = await tx.execute(
      `update webhook_deliveries set state = $3, next_attempt_at = $4, ended_at = $5, last_status = $6, last_error = $7
        where id = $1 and attempts = $2 and state = 'sending'`,
      [end.id, end.attempt, end.state, end.nextAttemptAt, end.endedAt, end.status, end.error],
    );
    return written === 1;
  }

  /** Not begun after all: the process stops. */
  async handBack(tx: Tx, id: string, attempt: number, now: Date): Promise<void> {
    await tx.execute(
      `update webhook_deliveries set state = 'queued', attempts = attempts - 1, next_attempt_at = $3
        where id = $1 and attempts = $2 and state = 'sending'`,
      [id, attempt, now],
    );
  }

  /** Calls off everything that waits for this webhook; what is being sent ends by itself. */
  async cancelQueued(tx: Tx, webhook: string, why: string, now: Date): Promise<void> {
    await tx.execute(
      `with cancelled as (
         update webhook_deliveries set state = 'cancelled', ended_at = $2, last_error = $3
          where webhook = $1 and state = 'queued' returning 1)
       ${count('cancelled', '(select count(*) from cancelled)')}`,
      [webhook, now, why],
    );
  }

  /** The same for all webhooks that configuration does not know any more. Returns how many deliveries. */
  async cancelUnknown(tx: Tx, known: readonly string[], now: Date): Promise<number> {
    return tx.execute(
      `update webhook_deliveries set state = 'cancelled', ended_at = $2, last_error = 'no longer configured'
        where state in ('queued', 'sending') and next_attempt_at <= $2 and not (webhook = any($1::text[]))`,
      [known, now],
    );
  }

  async forgetEnded(tx: Tx, before: Date): Promise<number> {
    return tx.execute('delete from webhook_deliveries where ended_at < $1', [before]);
  }

  /** Ends and failed attempts since ever. */
  async count(tx: Tx, webhook: string, what: Counted): Promise<void> {
    await tx.execute(COUNT[what], [webhook]);
  }
}

type Counted = 'delivered' | 'failed' | 'cancelled' | 'refused';

/** Adds to a counter of webhook `$1`. */
function count(what: Counted, number: string): string {
  return `insert into webhook_states as s (webhook, ${what}) select $1, ${number}
    on conflict (webhook) do update set ${what} = s.${what} + excluded.${what}`;
}

const COUNT: Readonly<Record<Counted, string>> = {
  delivered: count('delivered', '1'),
  failed: count('failed', '1'),
  cancelled: count('cancelled', '1'),
  refused: count('refused', '1'),
};

/** How an address is remembered that answered 410: it can be a secret. */
export function addressHash(url: string): Buffer {
  return createHash('sha256').update(url).digest();
}
