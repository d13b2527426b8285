import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../platform/index.js';
import type { Actor } from '../agents.facade.js';

/** `last_used_at` is for people: to the minute is enough, and saves a write a request. */
const TOUCH_EVERY_MS = 60_000;

export interface SessionRow {
  readonly actor: Actor;
  readonly id: string;
  readonly csrfToken: string;
}

export interface TokenRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

interface Found extends Record<string, unknown> {
  id: string;
  agentId: string;
  email: string;
  name: string;
  role: Actor['role'];
  csrfToken: string;
  lastUsedAt: Date | null;
}

/** Bearer tokens and sessions at rest; both are found by the SHA-256 of what the caller presents. */
@Injectable()
export class CredentialStore {
  constructor(private readonly database: Database) {}

  /** The agent behind an unrevoked token; null also where the agent is disabled. */
  async actorByToken(sha256: string, now: Date): Promise<Actor | null> {
    const [row] = await this.database.query<Found>(
      `select t.id, a.id as "agentId", a.email, a.name, a.role, t.last_used_at as "lastUsedAt"
         from agent_tokens t join agents a on a.id = t.agent_id
        where t.token_sha256 = $1 and t.revoked_at is null and a.disabled_at is null`,
      [sha256],
    );
    if (row === undefined) return null;
    if (isStale(row.lastUsedAt, now)) {
      await this.database.inTransaction((tx) =>
        tx.execute('update agent_tokens set last_used_at = $2 where id = $1', [row.id, now]),
      );
    }
    return actorOf(row);
  }

  /** A session in use within `idleMinutes` and before its end; using it moves the idle end. */
  async session(sha256: string, now: Date, idleMinutes: number): Promise<SessionRow | null> {
    const [row] = await this.database.query<Found>(
      `select s.id, a.id as "agentId", a.email, a.name, a.role, s.csrf_token as "csrfToken",
              s.last_used_at as "lastUsedAt"
         from agent_sessions s join agents a on a.id = s.agent_id
        where s.token_sha256 = $1 and a.disabled_at is null and s.expires_at > $2
          and s.last_used_at > $2::timestamptz - make_interval(mins => $3)`,
      [sha256, now, idleMinutes],
    );
    if (row === undefined) return null;
    if (isStale(row.lastUsedAt, now)) {
      await this.database.inTransaction((tx) =>
        tx.execute('update agent_sessions set last_used_at = $2 where id = $1', [row.id, now]),
      );
    }
    return { actor: actorOf(row), id: row.id, csrfToken: row.csrfToken };
  }

  async insertSession(
    tx: Tx,
    session: {
      id: string;
      agentId: string;
      sha256: string;
      csrfToken: string;
      now: Date;
      expiresAt: Date;
    },
  ): Promise<void> {
    await tx.execute('delete from agent_sessions where agent_id = $1 and expires_at <= $2', [
      session.agentId,
      session.now,
    ]);
    await tx.execute(
      `insert into agent_sessions (id, agent_id, token_sha256, csrf_token, created_at, last_used_at, expires_at)
       values ($1, $2, $3, $4, $5, $5, $6)`,
      [
        session.id,
        session.agentId,
        session.sha256,
        session.csrfToken,
        session.now,
        session.expiresAt,
      ],
    );
  }

  async deleteSession(tx: Tx, id: string): Promise<void> {
    await tx.execute('delete from agent_sessions where id = $1', [id]);
  }

  /** Ends everything an agent could come in with; for a new password only the sessions. */
  async revokeAll(
    tx: Tx,
    agentId: string,
    now: Date,
    also: 'tokens' | 'sessions_only',
  ): Promise<void> {
    await tx.execute('delete from agent_sessions where agent_id = $1', [agentId]);
    if (also === 'tokens') {
      await tx.execute(
        'update agent_tokens set revoked_at = $2 where agent_id = $1 and revoked_at is null',
        [agentId, now],
      );
    }
  }

  async insertToken(
    tx: Tx,
    token: { id: string; agentId: string; name: string; sha256: string; now: Date },
  ): Promise<void> {
    await tx.execute(
      'insert into agent_tokens (id, agent_id, name, token_sha256, created_at) values ($1, $2, $3, $4, $5)',
      [token.id, token.agentId, token.name, token.sha256, token.now],
    );
  }

  /** False where there is no such token; a second time is fine. */
  async revokeToken(tx: Tx, id: string, now: Date): Promise<boolean> {
    const touched = await tx.execute(
      'update agent_tokens set revoked_at = coalesce(revoked_at, $2) where id::text = $1',
      [id, now],
    );
    return touched === 1;
  }

  async tokens(): Promise<TokenRow[]> {
    return this.database.query<TokenRow & Record<string, unknown>>(
      `select t.id, a.email, t.name, t.created_at as "createdAt", t.last_used_at as "lastUsedAt",
              t.revoked_at as "revokedAt"
         from agent_tokens t join agents a on a.id = t.agent_id order by t.created_at, t.id`,
    );
  }

  /** Removes sessions past their end; returns how many. */
  async forgetExpired(now: Date): Promise<number> {
    return this.database.inTransaction((tx) =>
      tx.execute('delete from agent_sessions where expires_at <= $1', [now]),
    );
  }
}

function isStale(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= TOUCH_EVERY_MS;
}

function actorOf(row: Found): Actor {
  return { agentId: row.agentId, email: row.email, name: row.name, role: row.role };
}
