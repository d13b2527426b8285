import { Injectable } from '@nestjs/common';
import type { Database, Tx } from '../../../platform/index.js';

/** An agent's word on the reason of a ticket, against what stood there. */
export interface ReasonCorrection {
  readonly ticketId: string;
  /** null: none of the reasons. */
  readonly reasonKey: string | null;
  readonly before: {
    readonly key: string | null;
    readonly decidedBy: string;
    readonly confidence: number;
  };
  readonly agentId: string;
  readonly at: Date;
}

/** A labelled ticket with its words. */
export interface ReasonExample {
  readonly id: string;
  readonly reasonKey: string | null;
  readonly subject: string;
  readonly text: string;
}

/** `reason_corrections`, and the messages that they label. */
@Injectable()
export class CorrectionsStore {
  async add(tx: Tx, { ticketId, reasonKey, before, agentId, at }: ReasonCorrection): Promise<void> {
    await tx.execute(
      `insert into reason_corrections
         (ticket_id, reason_key, before_key, before_decided_by, before_confidence, agent_id, corrected_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [ticketId, reasonKey, before.key, before.decidedBy, before.confidence, agentId, at],
    );
  }

  /** '0' where nobody has corrected anything. */
  async newestId(reader: Database): Promise<string> {
    const [row] = await reader.query<{ id: string }>(
      `select coalesce(max(id), 0)::text as id from reason_corrections`,
    );
    return row!.id;
  }

  /** Labelled tickets, newest word first, older than `beforeId`; their messages cut to what is looked at. */
  examples(reader: Database, beforeId: string | null, limit: number): Promise<ReasonExample[]> {
    return reader.query<{ id: string; reasonKey: string | null; subject: string; text: string }>(
      `select id::text, reason_key as "reasonKey", subject, left(visible_text, 2000) as text
         from reason_examples where $1::bigint is null or id < $1::bigint order by id desc limit $2`,
      [beforeId, limit],
    );
  }
}
