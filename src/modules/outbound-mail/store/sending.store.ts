import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { OutboundKind, OutboxRecipient } from '../domain/outgoing.js';
import type { Settlement } from '../domain/settle-attempt.js';

/** What a mail is made of. */
export interface ComposableMail {
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: string[];
  readonly fromAddress: string;
  readonly fromName: string;
  readonly replyTo: string | null;
  readonly envelopeFrom: string;
  readonly recipients: OutboxRecipient[];
  readonly subject: string;
  readonly bodyText: string;
  readonly bodyHtml: string | null;
  readonly headers: Record<string, string>;
  readonly createdAt: Date;
  readonly attachments:
    { filename: string; mediaType: string; contentId: string | null; sha256: string }[] | null;
}

/** A claimed row: ours to send, once. */
export interface ClaimedMail extends ComposableMail {
  readonly id: string;
  /** Number of this attempt: a late outcome of another attempt is recognised by it. */
  readonly attempt: number;
  readonly mailboxKey: string;
  readonly kind: OutboundKind;
  readonly automatic: boolean;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
  readonly primaryRecipient: string;
  readonly notBefore: Date;
  readonly giveUpAt: Date;
  /** Somebody decided to send it once more: it had failed, or nobody knew. */
  readonly again: boolean;
  /** Temporary failures before this attempt. */
  readonly temporaryTries: number;
}

export interface SettledMail {
  readonly id: string;
  readonly attempt: number;
  readonly settlement: Settlement;
  /** When our own copy in Sent is due, once somebody's server has taken it; null: none is wanted. */
  readonly copyDueAt: Date | null;
}

/** The columns of `ComposableMail`, but for the attachments. */
export const COMPOSED = `message_id as "messageId", in_reply_to as "inReplyTo", reference_ids as "references",
         from_address as "fromAddress", from_name as "fromName", reply_to as "replyTo", envelope_from as "envelopeFrom",
         recipients, subject, body_text as "bodyText", body_html as "bodyHtml", headers, created_at as "createdAt"`;

export const ATTACHMENTS_OF = (row: string): string =>
  `(select jsonb_agg(jsonb_build_object('filename', f.filename, 'mediaType', f.media_type,
                   'contentId', f.content_id, 'sha256', encode(f.sha256, 'hex')) order by f.position)
            from outbox_attachments f where f.outbox_id = ${row}.id) as attachments`;

/** Any fixed number of our own (advisory locks share one space). */
const CEILING_LOCK = 4_931_209;

const NOT_PAUSED = `not exists (select 1 from automation_pauses p where p.mailbox_key is null or p.mailbox_key = $1)`;
const DUE = `mailbox_key = $1 and state in ('queued', 'held') and not_before <= $2
  and (expires_at is null or expires_at > $2)`;

/** D18: reminders, and news of deadlines to agents, leave in service hours only, also when they were put off. */
const IN_HOURS_ONLY = `(kind in ('reminder', 'closing') or (kind = 'notice' and ticket_id is not null))`;

// The lease condition fences: a process that has lost its lease claims nothing more, because what it claims would be
// taken for a dead process's. Attempts are counted and written here, before anything is sent.
const CLAIM = `with due as (
    select id from outbox where ${DUE} and (not automatic or ($4 and ${NOT_PAUSED})) and ($6 or not ${IN_HOURS_ONLY})
       and exists (select 1 from leases where name = 'process:' || $5::text and owner = $5 and expires_at > now())
     order by not_before, id limit $3 for update skip locked),
  claimed as (
    update outbox o set state = 'sending', claimed_by = $5, claimed_at = $2, attempts = o.attempts + 1,
           version = o.version + 1
      from due where o.id = due.id returning o.*),
  tried as (insert into outbox_attempts (outbox_id, attempt, started_at) select id, attempts, $2 from claimed)
  select id, attempts as attempt, mailbox_key as "mailboxKey", kind, automatic, ticket_id as "ticketId", ticket_message_id as "ticketMessageId",
         ${COMPOSED}, primary_recipient as "primaryRecipient", not_before as "notBefore", give_up_at as "giveUpAt",
         case when attempts > 1 then (select count(*)::integer from outbox_attempts t
                                       where t.outbox_id = c.id and t.outcome = 'temporary') else 0 end as "temporaryTries",
         attempts > 1 and exists (select from outbox_actions d where d.outbox_id = c.id and d.action in ('retried', 'corrected', 'resent')) as again,
         ${ATTACHMENTS_OF('c')}
    from claimed c order by not_before, id`;

// What went wrong before it was tried keeps its place and does not count towards the ceiling (claimed_at is null).
const OUTCOMES = `select * from jsonb_to_recordset($1::jsonb) as r (id bigint, attempt integer, state text,
    state_reason text, recipients jsonb, not_before timestamptz, accepted_at timestamptz, server_response text,
    outcome text, code integer, response text, copy_due_at timestamptz)`;
const SET_OUTCOME = `state = r.state, state_reason = r.state_reason, recipients = r.recipients, not_before = r.not_before,
    sent_at = coalesce(o.sent_at, r.accepted_at),
    sent_copy = case when r.copy_due_at is null then o.sent_copy else coalesce(o.sent_copy, 'pending') end,
    sent_copy_due_at = coalesce(o.sent_copy_due_at, r.copy_due_at), server_response = coalesce(r.server_response, o.server_response),
    claimed_by = case when r.state = 'queued' then null else o.claimed_by end,
    claimed_at = case when r.state = 'queued' then null else o.claimed_at end, version = o.version + 1`;
const TRIED = `tried as (
    update outbox_attempts t set ended_at = $2, outcome = r.outcome, code = r.code, response = r.response
      from r where t.outbox_id = r.id and t.attempt = r.attempt)`;

const RECORD = `with r as (${OUTCOMES}), done as (
    update outbox o set ${SET_OUTCOME} from r
     where o.id = r.id and o.state = 'sending' and o.claimed_by = $3 and o.attempts = r.attempt returning o.id),
  ${TRIED}
  select id from done`;

// The sweep took us for dead and somebody else has not sent it since: the truth may still be written down.
const RECORD_LATE = `with r as (${OUTCOMES}), done as (
    update outbox o set ${SET_OUTCOME} from r
     where o.id = r.id and o.attempts = r.attempt and o.state in ('unknown', 'queued') returning o.id),
  ${TRIED}
  select id from done`;

/** The sender's statements. */
@Injectable()
export class SendingStore {
  constructor(private readonly database: Database) {}

  /** A cheap look, so that an idle mailbox costs no transaction. */
  async anythingDue(mailboxKey: string, now: Date, inService: boolean): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from outbox where ${DUE} and ($3 or not ${IN_HOURS_ONLY}) limit 1`,
      [mailboxKey, now, inService],
    );
    return rows.length > 0;
  }

  /** Whether automatic mail waits that no pause holds back: what a reached ceiling is about. */
  async automaticDue(mailboxKey: string, now: Date, inService: boolean): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from outbox where ${DUE} and automatic and ${NOT_PAUSED} and ($3 or not ${IN_HOURS_ONLY}) limit 1`,
      [mailboxKey, now, inService],
    );
    return rows.length > 0;
  }

  /** Takes at most `limit` due rows of a mailbox for `owner`: `sending`, attempt counted and written. */
  async claim(
    tx: Tx,
    claim: {
      mailboxKey: string;
      now: Date;
      limit: number;
      automaticToo: boolean;
      /** Within the service hours of the mailbox. */
      inService: boolean;
      owner: string;
    },
  ): Promise<ClaimedMail[]> {
    return tx.query<ClaimedMail & Record<string, unknown>>(CLAIM, [
      claim.mailboxKey,
      claim.now,
      claim.limit,
      claim.automaticToo,
      claim.owner,
      claim.inService,
    ]);
  }

  /** Writes outcomes of this owner's attempts; returns the ids of the rows that were still its own. */
  async record(
    tx: Tx,
    settled: readonly SettledMail[],
    owner: string,
    now: Date,
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(RECORD, [outcomes(settled, now), now, owner]);
    return new Set(rows.map((row) => row.id));
  }

  /** The accepted outcome of an attempt that was given up for dead; false where the row has moved on. */
  async recordLate(tx: Tx, settled: SettledMail, now: Date): Promise<boolean> {
    return (await tx.query(RECORD_LATE, [outcomes([settled], now), now])).length > 0;
  }

  /**
   * Rows whose claimer's process is dead: nobody knows whether they arrived. Returns what became `unknown`, for the
   * tickets.
   */
  async sweepDead(tx: Tx, reason: string, now: Date): Promise<OrphanedMail[]> {
    return tx.query<OrphanedMail & Record<string, unknown>>(
      `with dead as (
         select id from outbox o where state = 'sending' and not exists (
           select 1 from leases l where l.name = 'process:' || o.claimed_by and l.expires_at > now())
          order by id for update skip locked),
       swept as (
         update outbox o set state = 'unknown', state_reason = $1, version = o.version + 1
           from dead where o.id = dead.id returning o.id, o.attempts, o.kind, o.ticket_id, o.ticket_message_id),
       tried as (
         update outbox_attempts t set ended_at = $2, outcome = 'unknown', response = $1
           from swept s where t.outbox_id = s.id and t.attempt = s.attempts and t.outcome is null)
       select id, kind, ticket_id as "ticketId", ticket_message_id as "ticketMessageId" from swept`,
      [reason, now],
    );
  }

  /**
   * Rows that this living process is said to hold and does not: the answer to its claim was lost on the way. It never
   * began to send them, so they go back.
   */
  async handBackStrays(
    tx: Tx,
    owner: string,
    held: readonly string[],
    claimedBefore: Date,
  ): Promise<number> {
    return tx.execute(
      `with back as (
         update outbox set state = 'queued', claimed_by = null, claimed_at = null, version = version + 1
          where state = 'sending' and claimed_by = $1 and not (id = any($2::bigint[])) and claimed_at < $3
          returning id, attempts)
       update outbox_attempts t set ended_at = $3, outcome = 'not_tried', response = 'the claim was lost'
         from back where t.outbox_id = back.id and t.attempt = back.attempts`,
      [owner, held, claimedBefore],
    );
  }

  /**
   * Automatic mails begun since `since`, or since the pause's alarm was last cleared (an operator resumed), counted up
   * to `enough`.
   */
  async automaticSince(tx: Tx, since: Date, pauseAlarm: string, enough: number): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `select count(*)::integer as count from (
         select 1 from outbox where automatic and claimed_at is not null
            and claimed_at > greatest($1, (select cleared_at from alarms where key = $2)) limit $3) counted`,
      [since, pauseAlarm, enough],
    );
    return row!.count;
  }

  /** Claims of automatic mail wait for each other until the end of their transactions. */
  async lockCeiling(tx: Tx): Promise<void> {
    await tx.execute('select pg_advisory_xact_lock($1)', [CEILING_LOCK]);
  }
}

export interface OrphanedMail {
  readonly id: string;
  readonly kind: OutboundKind;
  readonly ticketId: string | null;
  readonly ticketMessageId: string | null;
}

function outcomes(settled: readonly SettledMail[], now: Date): string {
  return JSON.stringify(
    settled.map(({ id, attempt, settlement, copyDueAt }) => ({
      id,
      attempt,
      state: settlement.state,
      state_reason: settlement.stateReason,
      recipients: settlement.recipients,
      not_before: settlement.notBefore,
      accepted_at: settlement.accepted ? now : null,
      server_response: settlement.serverResponse,
      outcome: settlement.attempt.outcome,
      code: settlement.attempt.code,
      response: settlement.attempt.response,
      copy_due_at: settlement.accepted ? copyDueAt : null,
    })),
  );
}
