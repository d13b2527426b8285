import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import type { MailboxReport, SendingReport } from '../domain/mailbox-state.js';

/** What is written and read about one mailbox's life. */
export interface MailboxStateRow {
  readonly mailboxKey: string;
  readonly state: MailboxReport['state'];
  readonly since: Date;
  readonly lastSeenAt: Date | null;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
  readonly consecutiveFailures: number;
  readonly nextAttemptAt: Date | null;
  readonly unseenOnServer: number;
  readonly sendingState: SendingReport['state'];
  readonly sendingError: string | null;
  readonly sendingRetryAt: Date | null;
}

/** The `mailbox_states` table. Written often and read by people: one upsert each, no history. */
@Injectable()
export class MailboxStateStore {
  constructor(private readonly database: Database) {}

  /** Session news. `since` moves only when the state changes; a success forgets the row of failures. */
  async report(mailboxKey: string, report: MailboxReport, now: Date): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `insert into mailbox_states as s
           (mailbox_key, state, since, last_seen_at, last_error, last_error_at, consecutive_failures, next_attempt_at,
            unseen_on_server)
         values ($1, $2, $3, case when $4 then $3::timestamptz end, $5,
                 case when $5::text is not null then $3::timestamptz end,
                 case when $5::text is not null then 1 else 0 end, $6, coalesce($7, 0))
         on conflict (mailbox_key) do update set
           state = excluded.state,
           since = case when s.state = excluded.state then s.since else excluded.since end,
           last_seen_at = coalesce(excluded.last_seen_at, s.last_seen_at),
           last_error = case when $4 then null else coalesce(excluded.last_error, s.last_error) end,
           last_error_at = coalesce(excluded.last_error_at, s.last_error_at),
           consecutive_failures = case when $4 then 0 else s.consecutive_failures + excluded.consecutive_failures end,
           next_attempt_at = excluded.next_attempt_at,
           unseen_on_server = coalesce($7, s.unseen_on_server)`,
        [
          mailboxKey,
          report.state,
          now,
          report.seen,
          report.error ?? null,
          report.nextAttemptAt ?? null,
          report.unseenOnServer ?? null,
        ],
      ),
    );
  }

  async reportSending(mailboxKey: string, report: SendingReport, now: Date): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `insert into mailbox_states (mailbox_key, state, since, sending_state, sending_error, sending_retry_at)
         values ($1, 'stopped', $2, $3, $4, $5)
         on conflict (mailbox_key) do update set
           sending_state = excluded.sending_state,
           sending_error = excluded.sending_error,
           sending_retry_at = excluded.sending_retry_at`,
        [mailboxKey, now, report.state, report.error, report.retryAt],
      ),
    );
  }

  async all(): Promise<MailboxStateRow[]> {
    return this.database.query<MailboxStateRow & Record<string, unknown>>(
      `select mailbox_key as "mailboxKey", state, since, last_seen_at as "lastSeenAt", last_error as "lastError",
              last_error_at as "lastErrorAt", consecutive_failures as "consecutiveFailures",
              next_attempt_at as "nextAttemptAt", unseen_on_server as "unseenOnServer",
              sending_state as "sendingState", sending_error as "sendingError", sending_retry_at as "sendingRetryAt"
         from mailbox_states order by mailbox_key`,
    );
  }
}
