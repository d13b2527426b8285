import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { OutboxRecipient } from '../domain/outgoing.js';
import type { Evidence } from '../domain/unknown-fate.js';

/** A mail in doubt, with what is known about it here. */
export interface UnknownMail {
  readonly id: string;
  readonly mailboxKey: string;
  readonly messageId: string;
  readonly createdAt: Date;
  /** The last attempt: when it began, and since when its mail is in doubt. */
  readonly attemptedAt: Date;
  readonly since: Date;
  readonly lookedAt: Date | null;
  /** In doubt because of how its last attempt ended; false: after a restore, of which no rule can know. */
  readonly cutOff: boolean;
  /** An earlier attempt was accepted for somebody: neither a copy nor an answer says anything about the last one. */
  readonly acceptedBefore: boolean;
  readonly resentBefore: boolean;
  readonly askedBefore: boolean;
  readonly evidence: Evidence | null;
}

/** So long after the last attempt a look finds nothing new: bounces come within days, and still count when they come. */
const LOOKED_FOR = `interval '10 days'`;

/**
 * A copy in a folder that we watch, or a message that answers it by its Message-ID, under our id or an alias. Read where
 * intake keeps it; a mail's ids are random, so that nobody can name one who has not got it.
 */
const UNKNOWN = `
  with doubt as (
    select o.id, o.mailbox_key, o.message_id, o.created_at, o.looked_at, o.ticket_id,
           o.sent_at is not null or o.sent_copy is not null as accepted_before, coalesce(t.started_at, o.created_at) as started_at, coalesce(t.ended_at, t.started_at, o.created_at) as since,
           t.outcome is not distinct from 'unknown' as cut_off,
           o.message_id || coalesce((select array_agg(a.alias) from message_id_aliases a where a.outbox_id = o.id), '{}') as ids
      from outbox o
      left join lateral (select started_at, ended_at, outcome from outbox_attempts t
                          where t.outbox_id = o.id order by attempt desc limit 1) t on true
     where o.state = 'unknown' and coalesce(t.ended_at, t.started_at, o.created_at) > $1::timestamptz - ${LOOKED_FOR}
  )
  select d.id, d.mailbox_key as "mailboxKey", d.message_id as "messageId", d.created_at as "createdAt",
         d.started_at as "attemptedAt", d.since, d.looked_at as "lookedAt", d.cut_off as "cutOff", d.accepted_before as "acceptedBefore",
         exists (select 1 from outbox_actions a where a.outbox_id = d.id and a.action = 'resent') as "resentBefore",
         exists (select 1 from outbox_actions a where a.outbox_id = d.id and a.action = 'looked' and a.at >= d.since) as "askedBefore",
         case when not d.accepted_before then coalesce(
           (select jsonb_build_object('by', case i.folder_role when 'sent' then 'sent_folder' else 'copy' end, 'intakeId', i.id::text, 'at', i.received_at)
              from intake i where i.message_id_header = any(d.ids) order by i.id limit 1),
           (select jsonb_build_object('by', 'answer', 'intakeId', i.id::text, 'at', null)
              from intake i where i.ticket_id = d.ticket_id and i.fetched_at >= d.started_at
               and exists (select 1 from jsonb_array_elements(i.decisions) e where e->'evidence'->>'found' = any(d.ids))
             order by i.id limit 1)) end as evidence
    from doubt d order by d.mailbox_key, d.id`;

/** Mail in doubt: what shows that it has left, and what was decided. */
@Injectable()
export class UnknownMailStore {
  constructor(private readonly database: Database) {}

  /** Whether anything is in doubt at all: asked often. */
  async any(): Promise<boolean> {
    const rows = await this.database.query(`select 1 from outbox where state = 'unknown' limit 1`);
    return rows.length > 0;
  }

  async inDoubt(now: Date): Promise<UnknownMail[]> {
    const rows = await this.database.query<
      Omit<UnknownMail, 'evidence'> & {
        evidence: (Omit<Evidence, 'at'> & { at: string | null }) | null;
      }
    >(UNKNOWN, [now]);
    return rows.map((row) => ({
      ...row,
      evidence: row.evidence && {
        ...row.evidence,
        at: row.evidence.at === null ? null : new Date(row.evidence.at),
      },
    }));
  }

  async looked(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.execute(`update outbox set looked_at = $2 where id = $1 and state = 'unknown'`, [
      id,
      now,
    ]);
  }

  /** When the last attempt of a mail began; null where none was made. */
  async lastAttempt(tx: Tx, id: string): Promise<Date | null> {
    const [row] = await tx.query<{ at: Date }>(
      `select started_at as at from outbox_attempts where outbox_id = $1 order by attempt desc limit 1`,
      [id],
    );
    return row?.at ?? null;
  }

  /** Its fate is known, or taken for granted. `copy`: what is to become of our own copy in Sent; null: as it is. */
  async settle(
    tx: Tx,
    id: string,
    change: {
      recipients: readonly OutboxRecipient[];
      state: 'sent' | 'failed';
      stateReason: string;
      acceptedAt: Date;
      copy: 'pending' | 'found' | null;
    },
  ): Promise<void> {
    await tx.execute(
      `update outbox set state = $2, state_reason = $3, recipients = $4, sent_at = coalesce(sent_at, $5),
              sent_copy = coalesce(sent_copy, $6), sent_copy_due_at = coalesce(sent_copy_due_at, $5), version = version + 1
        where id = $1`,
      [
        id,
        change.state,
        change.stateReason,
        JSON.stringify(change.recipients),
        change.acceptedAt,
        change.copy,
      ],
    );
  }
}
