import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Beginning } from '../../business-calendar/index.js';
import { isReturn, type ClockKind, type ClockState, type RunningClock } from '../domain/clock.js';
import type { FixedPromise } from '../domain/policy.js';

export interface NewClock {
  readonly ticketId: string;
  readonly kind: ClockKind;
  readonly policyKey: string;
  readonly policy: FixedPromise;
  readonly policyVersionId: string;
  readonly calendarVersionId: string;
  readonly startedAt: Date;
  readonly startedByMessageId: string | null;
  readonly dueAt: Date;
  /** In order. */
  readonly warnings: readonly Date[];
  readonly createdAt: Date;
}

/** A clock that an answer ended. */
export interface AnsweredClock extends RunningClock {
  readonly endedAt: Date;
}

export interface ClockRow {
  readonly id: string;
  readonly kind: ClockKind;
  readonly state: ClockState;
  readonly policyKey: string;
  readonly policy: FixedPromise;
  /** Null: started before policies had versions. */
  readonly policyVersion: number | null;
  readonly calendarVersionId: string;
  readonly startedAt: Date;
  readonly began: Beginning;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
}

export interface HeldClock {
  readonly policy: FixedPromise;
  readonly calendarVersionId: string;
  readonly dueAt: Date;
  readonly warnedAt: Date | null;
  /** The last one is open. */
  readonly pauses: readonly { readonly from: string; readonly to: string | null }[];
}

const RUNNING = `id, ticket_id as "ticketId", kind, started_at as "startedAt", started_by_message_id as "startedByMessageId",
  due_at as "dueAt", breached_at as "breachedAt", state = 'paused' as paused,
  (kind in ('overall_resolution', 'internal_resolution') and policy -> 'businessMinutes' is not null) as pausable`;

/** An escalation's clock is the second team's (D14). */
export const WHOSE_AT_ITS_END = `
  ended_queue_key = case when c.kind = 'resolution' then coalesce(t.escalated_to, t.queue_key) else t.queue_key end,
  ended_reason_key = t.reason_key, ended_agent_id = coalesce(m.author_agent_id, t.assignee_id)`;

/**
 * The statement that starts clocks, for one of the partial unique indexes: the text stays constant (prepared), and
 * clocks of tickets that are acted upon side by side start together.
 */
const startUnless = (index: string): string => `
  with r as (
    select * from jsonb_to_recordset($1::jsonb) as r (n integer, ticket_id bigint, kind text, policy_key text,
      policy jsonb, policy_version_id bigint, calendar_version_id bigint, started_at timestamptz,
      started_by_message_id bigint, due_at timestamptz, warnings timestamptz[], created_at timestamptz)
  ), started as (
    insert into clocks (ticket_id, kind, state, policy_key, policy, policy_version_id, calendar_version_id, started_at,
        started_by_message_id, due_at, warn_at, later_warnings, created_at)
    select ticket_id, kind, 'running', policy_key, policy, policy_version_id, calendar_version_id, started_at,
        started_by_message_id, due_at, warnings[1], warnings[2:], created_at from r order by n
    on conflict ${index} do nothing
    returning ${RUNNING})
  select r.n, s.* from r join started s on s."ticketId" = r.ticket_id
  union all
  select r.n, c.* from r join (select ${RUNNING} from clocks where ended_at is null) c on c."ticketId" = r.ticket_id`;
const START_RETURN = startUnless(
  `(ticket_id) where ended_at is null and kind in ('first_return', 'next_return')`,
);
const START_RESOLUTION = startUnless(`(ticket_id) where ended_at is null and kind = 'resolution'`);

const START_TARGET = startUnless(
  `(ticket_id, kind) where ended_at is null and kind in ('overall_resolution', 'internal_return', 'internal_resolution')`,
);

type Row<Shape> = Shape & Record<string, unknown>;

/** The clocks of tickets. */
@Injectable()
export class ClockStore {
  constructor(private readonly database: Database) {}

  /**
   * Starts a clock unless one of its sort runs (D13, D14), in one round trip; returns the clocks that run now. A second one
   * only where another transaction started the clock a moment ago: its row is newer than the first statement's view.
   */
  async start(tx: Tx, clock: NewClock): Promise<RunningClock[]> {
    const running = await tx.gather<Row<RunningClock>>(statementFor(clock.kind), {
      ticket_id: clock.ticketId,
      kind: clock.kind,
      policy_key: clock.policyKey,
      policy: clock.policy,
      policy_version_id: clock.policyVersionId,
      calendar_version_id: clock.calendarVersionId,
      started_at: clock.startedAt,
      started_by_message_id: clock.startedByMessageId,
      due_at: clock.dueAt,
      warnings: clock.warnings,
      created_at: clock.createdAt,
    });
    return running.some(
      (other) => other.kind === clock.kind || (isReturn(other) && isReturn(clock)),
    )
      ? running
      : this.running(tx, clock.ticketId);
  }

  /** The clocks that have not ended: at most one return clock, and one of each other sort. */
  running(tx: Tx, ticketId: string): Promise<RunningClock[]> {
    return tx.query<Row<RunningClock>>(
      `select ${RUNNING} from clocks where ticket_id = $1 and ended_at is null`,
      [ticketId],
    );
  }

  /** As `running`, locked against the watcher and other answers for the rest of `tx`. */
  lockRunning(tx: Tx, ticketId: string): Promise<RunningClock[]> {
    return tx.query<Row<RunningClock>>(
      `select ${RUNNING} from clocks where ticket_id = $1 and ended_at is null order by id for update`,
      [ticketId],
    );
  }

  async end(
    tx: Tx,
    id: string,
    end: {
      state: ClockState;
      at: Date;
      messageId: string | null;
      reason: string;
      breachedAt: Date | null;
      /** Service time from start to end, pauses taken off. */
      businessMs: number;
    },
  ): Promise<void> {
    await tx.execute(
      `update clocks c set state = $2, ended_at = $3, ended_by_message_id = $4, end_reason = $5, breached_at = $6,
              business_ms = $7, ${WHOSE_AT_ITS_END}
         from tickets t left join messages m on m.id = $4
        where c.id = $1 and t.id = c.ticket_id`,
      [id, end.state, end.at, end.messageId, end.reason, end.breachedAt, end.businessMs],
    );
  }

  /** An answer that had ended them came back (D19): reports say how often. */
  async countRevocation(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute(
      'update clocks set revocations = revocations + 1 where id = any($1::bigint[])',
      [ids],
    );
  }

  /** Runs again as before: with the due date it always had (D19). */
  async restore(tx: Tx, id: string, breachedAt: Date | null): Promise<void> {
    await tx.execute(
      `update clocks set state = case when $2::timestamptz is null then 'running' else 'breached' end, breached_at = $2,
              ended_at = null, ended_by_message_id = null, end_reason = null, business_ms = null,
              ended_queue_key = null, ended_reason_key = null, ended_agent_id = null where id = $1`,
      [id, breachedAt],
    );
  }

  /** What this answer ended, locked: the return clock and the internal target beside it, each at most once. */
  endedByAnswer(tx: Tx, ticketId: string, messageId: string): Promise<AnsweredClock[]> {
    return tx.query<Row<AnsweredClock>>(
      `select ${RUNNING}, ended_at as "endedAt" from clocks
        where ticket_id = $1 and ended_by_message_id = $2 and ended_at is not null
          and kind in ('first_return', 'next_return', 'internal_return')
        order by id for update`,
      [ticketId, messageId],
    );
  }

  /** What resuming a paused clock needs. */
  async held(tx: Tx, id: string): Promise<HeldClock> {
    const [row] = await tx.query<Row<HeldClock>>(
      `select policy, calendar_version_id as "calendarVersionId", due_at as "dueAt", warned_at as "warnedAt", pauses
         from clocks where id = $1`,
      [id],
    );
    return row!;
  }

  async pause(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.execute(
      `update clocks set state = 'paused', pauses = pauses || $2::jsonb where id = $1 and state = 'running'`,
      [id, JSON.stringify([{ from: at, to: null }])],
    );
  }

  async resume(
    tx: Tx,
    id: string,
    to: { dueAt: Date; warnings: readonly Date[]; pauses: HeldClock['pauses'] },
  ): Promise<void> {
    await tx.execute(
      `update clocks set state = 'running', due_at = $2, warn_at = $3, later_warnings = $4, pauses = $5 where id = $1`,
      [id, to.dueAt, to.warnings[0] ?? null, to.warnings.slice(1), JSON.stringify(to.pauses)],
    );
  }

  /** The next answer to the customer that ended a later return clock; null where there was none. */
  async laterAnswer(tx: Tx, clock: AnsweredClock): Promise<{ messageId: string; at: Date } | null> {
    const [row] = await tx.query<Row<{ messageId: string; at: Date }>>(
      `select ended_by_message_id as "messageId", ended_at as at from clocks
        where ticket_id = $1 and id > $2 and kind in ('first_return', 'next_return') and ended_by_message_id is not null
        order by ended_at limit 1`,
      [clock.ticketId, clock.id],
    );
    return row ?? null;
  }

  /** Whether this answer has started or ended a clock already; what was called off when it returned does not speak. */
  async knowsAnswer(tx: Tx, ticketId: string, messageId: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from clocks
        where ticket_id = $1 and (ended_by_message_id = $2
          or (started_by_message_id = $2 and end_reason is distinct from 'answer_returned')) limit 1`,
      [ticketId, messageId],
    );
    return rows.length > 0;
  }

  /** All clocks of a ticket, oldest first. */
  all(ticketId: string): Promise<ClockRow[]> {
    return this.allOf(this.database, [ticketId]);
  }

  /** The same of several tickets, ticket by ticket. */
  allOf(
    reads: Pick<Database | Tx, 'query'>,
    ticketIds: readonly string[],
  ): Promise<(ClockRow & { readonly ticketId: string })[]> {
    return reads.query<Row<ClockRow & { readonly ticketId: string }>>(
      `select c.id, c.ticket_id::text as "ticketId", c.kind, c.state, c.policy_key as "policyKey", c.policy, p.version as "policyVersion",
              c.calendar_version_id as "calendarVersionId",
              c.started_at as "startedAt", c.due_at as "dueAt", c.ended_at as "endedAt", c.pauses,
              case when c.kind = 'resolution' then 'escalated' when m.kind = 'reply' then 'answered'
                   when c.started_at > coalesce(m.received_at, m.created_at) then 'reopened'
                   else 'received' end as began
         from clocks c left join messages m on m.id = c.started_by_message_id
         left join policy_versions p on p.id = c.policy_version_id
        where c.ticket_id = any($1::bigint[]) order by c.ticket_id, c.id`,
      [ticketIds],
    );
  }
}

function statementFor(kind: ClockKind): string {
  if (kind === 'resolution') return START_RESOLUTION;
  return isReturn({ kind }) ? START_RETURN : START_TARGET;
}
