import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../platform/index.js';

/** What a ticket's reason is decided by, once more. */
export interface RefilingRow {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly fromAddress: string | null;
  readonly mailboxKey: string | null;
  readonly queueKey: string;
  readonly status: string;
  readonly assigneeId: string | null;
  readonly escalatedTo: string | null;
  readonly reasonKey: string | null;
  readonly reasonDecidedBy: string;
  readonly reasonConfidence: number;
  readonly reasonEvidence: Readonly<Record<string, unknown>>;
}

/** What changes on one ticket. */
export interface Refiled {
  readonly id: string;
  readonly reasonKey: string | null;
  readonly decidedBy: string;
  readonly confidence: number;
  readonly evidence: unknown;
  readonly queueKey: string;
  /** Entries of the history, in their order. */
  readonly history: readonly { action: string; before: unknown; after: unknown }[];
}

const SELECT = `
  select t.id, t.subject, coalesce(m.visible_text, '') as text, m.author_address as "fromAddress",
         t.mailbox_key as "mailboxKey", t.queue_key as "queueKey", t.status, t.assignee_id as "assigneeId",
         t.escalated_to as "escalatedTo", t.reason_key as "reasonKey", t.reason_decided_by as "reasonDecidedBy",
         t.reason_confidence as "reasonConfidence", t.reason_evidence as "reasonEvidence"
    from tickets t
    left join lateral (
      select visible_text, author_address from messages
       where ticket_id = t.id and kind = 'inbound' order by created_at, id limit 1
    ) m on true`;

/** Reads and writes tickets page by page for `reasons refile`. */
@Injectable()
export class RefilingStore {
  /** Tickets after `afterId` whose reason nobody has said, locked; since an instant, or all. */
  inferred(tx: Tx, afterId: string, since: Date | null, limit: number): Promise<RefilingRow[]> {
    return tx.query<RefilingRow & Record<string, unknown>>(
      `${SELECT}
       where t.id > $1 and t.reason_decided_by in ('clues', 'classifier', 'fallback', 'none')
         and ($2::timestamptz is null or t.created_at >= $2)
       order by t.id limit $3 for no key update of t`,
      [afterId, since, limit],
    );
  }

  /** Tickets after `afterId` with this reason, whoever decided it, locked. */
  withReason(
    tx: Tx,
    afterId: string,
    reasonKey: string,
    since: Date | null,
    limit: number,
  ): Promise<RefilingRow[]> {
    return tx.query<RefilingRow & Record<string, unknown>>(
      `${SELECT}
       where t.id > $1 and t.reason_key = $2 and ($3::timestamptz is null or t.created_at >= $3)
       order by t.id limit $4 for no key update of t`,
      [afterId, reasonKey, since, limit],
    );
  }

  /** Neither clocks nor last activity are touched: a move leaves running clocks alone (D19), and nobody was active. */
  async write(tx: Tx, refiled: readonly Refiled[], at: Date): Promise<void> {
    if (refiled.length === 0) return;
    const rows = JSON.stringify(refiled);
    await tx.execute(
      `update tickets t set reason_key = r."reasonKey", reason_decided_by = r."decidedBy",
         reason_confidence = r.confidence, reason_evidence = r.evidence, queue_key = r."queueKey", version = t.version + 1
         from jsonb_to_recordset($1::jsonb) as r (id bigint, "reasonKey" text, "decidedBy" text, confidence real,
           evidence jsonb, "queueKey" text)
        where t.id = r.id`,
      [rows],
    );
    await tx.execute(
      `insert into ticket_history (ticket_id, at, actor_kind, actor_id, action, before, after)
       select r.id, $2, 'operator', null, e->>'action', e->'before', e->'after'
         from jsonb_to_recordset($1::jsonb) as r (id bigint, history jsonb),
              jsonb_array_elements(r.history) with ordinality as x (e, n)
        order by r.id, n`,
      [rows, at],
    );
  }
}
