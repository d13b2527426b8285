import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';

export interface MailboxFigures {
  readonly mailbox: string;
  /** As in `mailbox_states.state`; `stopped` where the mailbox was never connected to. */
  readonly state: string;
  readonly sendingState: string;
  /** Age of the oldest message that is recorded and not yet processed; 0: none waits. */
  readonly oldestUnprocessedSeconds: number;
  readonly unprocessed: number;
  /** Messages known on the server that are not recorded yet. */
  readonly unseenOnServer: number;
  /** Since the server was last seen alive; null: never. */
  readonly lastSeenSeconds: number | null;
  readonly consecutiveFailures: number;
  readonly quarantined: number;
  /** Age of the oldest answer of a person that SMTP has not accepted; 0: none waits. `held` does not count. */
  readonly oldestUnsentReplySeconds: number;
  readonly unsent: number;
  readonly automationPaused: boolean;
  /** Sent, or not: nobody knows. */
  readonly inDoubt: number;
  /** What the last comparison of the server with what is recorded left; null: never compared. */
  readonly reconciliationDifferences: number | null;
  readonly reconciledSecondsAgo: number | null;
  /** From sending to recognising, of the last probe that is back; null: none is. */
  readonly canarySeconds: number | null;
  /** Age of the oldest probe that left after that one; 0: none is on its way. */
  readonly canaryWaitingSeconds: number;
}

/** What runs out, in seconds from now: below 0 it is over. */
export interface ExpiryFigures {
  readonly mailbox: string;
  readonly what: 'certificate_imap' | 'certificate_smtp' | 'authorization' | 'access_token';
  readonly seconds: number;
}

export interface EventFigures {
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  /** Failed too often: nobody tries them any more. */
  readonly parked: number;
}

/** How mailboxes are shared out, in numbers alone. */
export interface SharesFigures {
  /** Mailboxes that this process holds. */
  readonly held: number;
  /** Processes that watch mailboxes. */
  readonly workers: number;
  /** Mailboxes that nobody holds at this moment. */
  readonly unheld: number;
}

const SHARES = `
  select (select count(*)::int from leases
           where starts_with(name, 'mailbox:') and owner = $1 and expires_at > now()) as held,
         (select count(*)::int from leases where starts_with(name, 'watcher:') and expires_at > now()) as workers,
         (select count(*)::int from mailboxes m
           where m.retired_at is null
             and not exists (select 1 from leases l
                              where l.name = 'mailbox:' || m.key and l.expires_at > now())) as unheld`;

const NUMBERS_BY_MAILBOX = `
  select m.key as mailbox,
         coalesce(s.state, 'stopped') as state,
         coalesce(s.sending_state, 'ok') as "sendingState",
         coalesce(extract(epoch from now() - todo.oldest), 0)::float8 as "oldestUnprocessedSeconds",
         coalesce(todo.rows, 0)::int as unprocessed,
         coalesce(s.unseen_on_server, 0) as "unseenOnServer",
         extract(epoch from now() - s.last_seen_at)::float8 as "lastSeenSeconds",
         coalesce(s.consecutive_failures, 0) as "consecutiveFailures",
         coalesce(quarantine.rows, 0)::int as quarantined,
         coalesce(extract(epoch from now() - unsent.oldest_reply), 0)::float8 as "oldestUnsentReplySeconds",
         coalesce(unsent.rows, 0)::int as unsent,
         exists (select 1 from automation_pauses p
                  where p.mailbox_key is null or p.mailbox_key = m.key) as "automationPaused",
         (select count(*)::int from outbox o where o.mailbox_key = m.key and o.state = 'unknown') as "inDoubt",
         compared.differences as "reconciliationDifferences",
         extract(epoch from now() - compared.finished_at)::float8 as "reconciledSecondsAgo",
         extract(epoch from canary.recognised_at - canary.sent_at)::float8 as "canarySeconds",
         coalesce(extract(epoch from now() - (
           select min(c.sent_at) from canaries c where c.mailbox_key = m.key and c.recognised_at is null
              and c.sent_at > coalesce(canary.sent_at, '-infinity'))), 0)::float8 as "canaryWaitingSeconds"
    from mailboxes m
    left join lateral (select c.sent_at, c.recognised_at from canaries c
                        where c.mailbox_key = m.key and c.recognised_at is not null
                        order by c.sent_at desc limit 1) canary on true
    left join lateral (select r.differences, r.finished_at from reconciliations r
                        where r.mailbox_key = m.key and r.finished_at is not null and r.error is null
                        order by r.id desc limit 1) compared on true
    left join mailbox_states s on s.mailbox_key = m.key
    left join (select mailbox_key, min(received_at) as oldest, count(*) as rows
                 from intake where state = 'stored' group by mailbox_key) todo on todo.mailbox_key = m.key
    left join (select mailbox_key, count(*) as rows
                 from intake where disposition = 'quarantined' group by mailbox_key) quarantine
           on quarantine.mailbox_key = m.key
    left join (select mailbox_key, count(*) as rows, min(created_at) filter (where not automatic) as oldest_reply
                 from (select mailbox_key, created_at, automatic from outbox where state = 'queued'
                       union all
                       select mailbox_key, created_at, automatic from outbox where state = 'sending') waiting
                group by mailbox_key) unsent on unsent.mailbox_key = m.key
   where m.retired_at is null
   order by m.key`;

/** Tokens of a mailbox that has not been logged in to by them for a month are those of a configuration long gone. */
const EXPIRIES = `
  select mailbox, what, extract(epoch from expires_at - now())::float8 as seconds from (
    select mailbox_key as mailbox, 'certificate_' || protocol as what, expires_at from mailbox_certificates
    union all
    select mailbox_key, 'authorization', authorization_expires_at from oauth_tokens
     where access_expires_at > now() - interval '30 days'
    union all
    select mailbox_key, 'access_token', access_expires_at from oauth_tokens
     where access_expires_at > now() - interval '30 days') runs_out
    join mailboxes m on m.key = mailbox
   where expires_at is not null and m.retired_at is null
   order by mailbox, what`;

/** Every mailbox that ever was, for what still stands in its name. */
const MAILBOX_PRIVACY = `
  select m.key as mailbox, q.private from mailboxes m join queues q on q.key = m.queue_key`;

/** Ends of a webhook's deliveries since ever, and what waits. */
export interface WebhookTraffic {
  readonly webhook: string;
  readonly delivered: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly refused: number;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
}

const WEBHOOKS = `
  select webhook, coalesce(s.delivered, 0)::float8 as delivered, coalesce(s.failed, 0)::float8 as failed,
         coalesce(s.cancelled, 0)::float8 as cancelled, coalesce(s.refused, 0)::float8 as refused,
         coalesce(d.waiting, 0)::int as waiting,
         coalesce(extract(epoch from now() - d.oldest), 0)::float8 as "oldestWaitingSeconds"
    from webhook_states s
    full join (select webhook, count(*) as waiting, min(created_at) as oldest from webhook_deliveries
                where state in ('queued', 'sending') group by webhook) d using (webhook)
   order by webhook`;

/** How many failures an event may have is the dispatcher's matter; here a parked one is simply past that number. */
const EVENT_NUMBERS = `
  select count(*) filter (where attempts < $1)::int as waiting,
         coalesce(extract(epoch from now() - min(created_at) filter (where attempts < $1)), 0)::float8
           as "oldestWaitingSeconds",
         count(*) filter (where attempts >= $1)::int as parked
    from events where handled_at is null`;

/** Numbers for operators, across modules: read where they lie, through indexes that hold only what is still to do. */
@Injectable()
export class FiguresStore {
  constructor(private readonly database: Database) {}

  mailboxes(): Promise<MailboxFigures[]> {
    return this.database.query<MailboxFigures & Record<string, unknown>>(NUMBERS_BY_MAILBOX);
  }

  /** What of the mailboxes in force runs out, and when. */
  expiries(): Promise<ExpiryFigures[]> {
    return this.database.query<ExpiryFigures & Record<string, unknown>>(EXPIRIES);
  }

  privacy(): Promise<{ mailbox: string; private: boolean }[]> {
    return this.database.query(MAILBOX_PRIVACY);
  }

  webhooks(): Promise<WebhookTraffic[]> {
    return this.database.query<WebhookTraffic & Record<string, unknown>>(WEBHOOKS);
  }

  /** `owner`: of this process's leases. */
  async shares(owner: string): Promise<SharesFigures> {
    const [row] = await this.database.query<SharesFigures & Record<string, unknown>>(SHARES, [
      owner,
    ]);
    return row!;
  }

  /** Deadline notices that found nobody to tell, since ever. */
  noticeMisses(): Promise<{ news: string; total: number }[]> {
    return this.database.query(
      `select news, coalesce(m.total, 0)::float8 as total
         from unnest(array['warned', 'breached']) news left join notice_misses m using (news)`,
    );
  }

  async events(maxAttempts: number): Promise<EventFigures> {
    const [row] = await this.database.query<EventFigures & Record<string, unknown>>(EVENT_NUMBERS, [
      maxAttempts,
    ]);
    return row ?? { waiting: 0, oldestWaitingSeconds: 0, parked: 0 };
  }

  /** True when the database answers. Never throws. */
  async reachable(): Promise<boolean> {
    return this.database.query('select 1').then(
      () => true,
      () => false,
    );
  }
}
