import type { Database, Tx } from '../../platform/index.js';

/** Automatic mail held back; `mailboxKey` null: of all mailboxes. */
export interface AutomationPause {
  readonly mailboxKey: string | null;
  readonly reason: string;
  readonly pausedBy: string;
  readonly pausedAt: Date;
}

/** Which automatic mail is held back. */
export class AutomationPausesStore {
  /** Writers of pauses wait until the end of `tx`, readers do not. */
  async lock(tx: Tx): Promise<void> {
    await tx.execute('lock table automation_pauses in share row exclusive mode');
  }

  /** Writes a pause; the first one stands where there is one already. True where it is new. */
  async add(tx: Tx, pause: AutomationPause): Promise<boolean> {
    const written = await tx.execute(
      `insert into automation_pauses (mailbox_key, reason, paused_by, paused_at) values ($1, $2, $3, $4)
       on conflict (mailbox_key) do nothing`,
      [pause.mailboxKey, pause.reason, pause.pausedBy, pause.pausedAt],
    );
    return written === 1;
  }

  /** True where there was one to lift. */
  async remove(tx: Tx, mailboxKey: string | null): Promise<boolean> {
    const removed = await tx.execute(
      `delete from automation_pauses where mailbox_key is not distinct from $1`,
      [mailboxKey],
    );
    return removed === 1;
  }

  async covers(reader: Tx | Database, mailboxKey: string): Promise<boolean> {
    const rows = await reader.query(
      `select 1 from automation_pauses where mailbox_key is null or mailbox_key = $1 limit 1`,
      [mailboxKey],
    );
    return rows.length > 0;
  }

  async all(reader: Tx | Database): Promise<AutomationPause[]> {
    return reader.query<AutomationPause & Record<string, unknown>>(
      `select mailbox_key as "mailboxKey", reason, paused_by as "pausedBy", paused_at as "pausedAt"
         from automation_pauses order by mailbox_key nulls first`,
    );
  }
}
