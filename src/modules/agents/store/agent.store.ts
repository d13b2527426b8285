import { Injectable } from '@nestjs/common';
import { AppError, Database, violatesUnique, type Tx } from '../../../platform/index.js';
import type { Actor, AgentRole } from '../agents.facade.js';

export interface AgentRow extends Actor {
  readonly passwordHash: string | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

const COLUMNS = `a.id as "agentId", a.email, a.name, a.role, a.password_hash as "passwordHash",
  a.created_at as "createdAt", a.disabled_at as "disabledAt"`;

/** Agents at rest. */
@Injectable()
export class AgentStore {
  constructor(private readonly database: Database) {}

  /** AppError `conflict` where the address is taken. */
  async insert(
    tx: Tx,
    agent: {
      id: string;
      email: string;
      name: string;
      role: AgentRole;
      passwordHash: string | null;
      now: Date;
    },
  ): Promise<void> {
    try {
      await tx.execute(
        `insert into agents (id, email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [agent.id, agent.email, agent.name, agent.role, agent.passwordHash, agent.now],
      );
    } catch (error) {
      if (!violatesUnique(error, 'uq_agents_email')) throw error;
      throw new AppError('conflict', {
        detail: 'Já existe um atendente com este e-mail.',
        detailEn: 'There is an agent with this e-mail already.',
        cause: error,
      });
    }
  }

  async byId(tx: Tx, id: string): Promise<AgentRow | null> {
    const [row] = await tx.query<AgentRow & Record<string, unknown>>(
      `select ${COLUMNS} from agents a where a.id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** By address, whatever its case; disabled agents too. */
  async byEmail(email: string): Promise<AgentRow | null> {
    const [row] = await this.database.query<AgentRow & Record<string, unknown>>(
      `select ${COLUMNS} from agents a where a.email = lower($1)`,
      [email],
    );
    return row ?? null;
  }

  async all(): Promise<AgentRow[]> {
    return this.database.query<AgentRow & Record<string, unknown>>(
      `select ${COLUMNS} from agents a order by a.email`,
    );
  }

  async setPassword(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await tx.execute('update agents set password_hash = $2 where id = $1', [id, passwordHash]);
  }

  /** Disables once; the first instant stays. */
  async disable(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.execute('update agents set disabled_at = coalesce(disabled_at, $2) where id = $1', [
      id,
      now,
    ]);
  }
}
