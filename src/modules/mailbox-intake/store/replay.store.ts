import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Authentication } from '../domain/authentication.js';
import type { Disposition } from '../domain/decision.js';

/** How a message stands in the database: its journal row, and what its ticket shows of it. */
export interface RecordedReading {
  readonly disposition: Disposition;
  readonly ticketId: string | null;
  readonly subject: string | null;
  readonly from: string | null;
  readonly authentication: Authentication | null;
  /** null: on no ticket. */
  readonly text: string | null;
  readonly visibleText: string | null;
  readonly messageSubject: string | null;
  readonly attachments: readonly string[];
}

/** What replays need to know. */
@Injectable()
export class ReplayStore {
  constructor(private readonly database: Database) {}

  async recorded(tx: Tx, id: string): Promise<RecordedReading> {
    const [row] = await tx.query<RecordedReading & Record<string, unknown>>(
      `select i.disposition, i.ticket_id as "ticketId", i.subject, i.from_address as "from", i.authentication,
              m.body_text as text, m.visible_text as "visibleText", m.subject as "messageSubject",
              array(select a.filename from attachments a where a.message_id = m.id) as attachments
         from intake i
         left join lateral (select * from messages m where m.intake_id = i.id order by m.id limit 1) m on true
        where i.id = $1`,
      [id],
    );
    return row!;
  }

  /** Messages whose bytes are stored and that were received from `since` on, oldest first, behind `afterId`. */
  async since(
    since: Date,
    mailboxKey: string | null,
    afterId: string,
    limit: number,
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select id from intake where received_at >= $1 and ($2::text is null or mailbox_key = $2) and id > $3
          and state <> 'stored' and sha256 is not null order by id limit $4`,
      [since, mailboxKey, afterId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * The oldest quarantined message of a mailbox that another build gave up, marked as tried by this one before the trial
   * begins: should it crash the process again, it is not tried a second time. null where there is none.
   */
  async nextToRetry(tx: Tx, mailboxKey: string, build: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `update intake set build = $2 where id = (
         select id from intake where mailbox_key = $1 and state = 'quarantined' and sha256 is not null
            and build is distinct from $2 order by id limit 1 for update skip locked)
       returning id`,
      [mailboxKey, build],
    );
    return row?.id ?? null;
  }

  /** The trial came to nothing for a reason of ours: it does not count. */
  async notTried(tx: Tx, id: string): Promise<void> {
    await tx.execute(`update intake set build = null where id = $1 and state = 'quarantined'`, [
      id,
    ]);
  }
}
