import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';

export interface Absence {
  readonly sinceAt: Date;
  /** null: until the agent says otherwise. */
  readonly untilAt: Date | null;
}

/** `agent_absences`: an agent has one or none. */
@Injectable()
export class AbsenceStore {
  constructor(private readonly database: Database) {}

  /** Null for who is here, also after `untilAt`. */
  async of(agentId: string, now: Date): Promise<Absence | null> {
    const [row] = await this.database.query<Absence & Record<string, unknown>>(
      `select since_at as "sinceAt", until_at as "untilAt" from agent_absences
        where agent_id = $1 and (until_at is null or until_at > $2)`,
      [agentId, now],
    );
    return row ?? null;
  }

  async begin(tx: Tx, agentId: string, absence: Absence): Promise<void> {
    await tx.execute(
      `insert into agent_absences (agent_id, since_at, until_at) values ($1, $2, $3)
       on conflict (agent_id) do update set since_at = excluded.since_at, until_at = excluded.until_at`,
      [agentId, absence.sinceAt, absence.untilAt],
    );
  }

  async end(tx: Tx, agentId: string): Promise<void> {
    await tx.execute(`delete from agent_absences where agent_id = $1`, [agentId]);
  }
}
