import { Injectable } from '@nestjs/common';
import { AppError, Clock, Database, newId, newSecret, type Tx } from '../../platform/index.js';
import { secretHash } from './domain/secret-hash.js';
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './passwords.js';
import { AgentStore } from './store/agent.store.js';
import { CredentialStore, type TokenRow } from './store/credential.store.js';

export type AgentRole = 'agent' | 'supervisor' | 'admin';

/** Who is acting through the API: the authenticated agent. Put on the request by the auth guard. */
export interface Actor {
  readonly agentId: string;
  readonly email: string;
  readonly name: string;
  readonly role: AgentRole;
}

/** An agent as operators list them. */
export interface AgentListing extends Actor {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly hasPassword: boolean;
}

/** A bearer token as operators list them: never the secret. */
export type TokenListing = TokenRow;

/** Agents, their passwords, bearer tokens and sessions. Used by the auth guard, the CLI and names in views. */
@Injectable()
export class Agents {
  constructor(
    private readonly agents: AgentStore,
    private readonly credentials: CredentialStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The actor behind a bearer token; null if unknown, revoked or disabled. */
  byBearerToken(token: string): Promise<Actor | null> {
    return this.credentials.actorByToken(secretHash(token), this.clock.now());
  }

  /** Also of disabled agents: their names stay on what they wrote. */
  async byId(tx: Tx, id: string): Promise<Actor | null> {
    const agent = await this.agents.byId(tx, id);
    if (agent === null) return null;
    return { agentId: agent.agentId, email: agent.email, name: agent.name, role: agent.role };
  }

  /** By address, whatever its case; AppError `not_found`. */
  async byEmail(email: string): Promise<Actor> {
    const agent = await this.agents.byEmail(email.trim());
    if (agent === null) {
      throw new AppError('not_found', {
        detail: 'Não há atendente com este e-mail.',
        detailEn: `There is no agent with the e-mail ${email}.`,
      });
    }
    return { agentId: agent.agentId, email: agent.email, name: agent.name, role: agent.role };
  }

  /** Without a password an agent comes in by bearer token only. AppErrors: `conflict`, `validation_failed`. */
  async create(
    tx: Tx,
    input: { email: string; name: string; role: AgentRole; passwordHash: string | null },
  ): Promise<Actor> {
    const actor = {
      agentId: newId(),
      email: input.email.trim().toLowerCase(),
      name: input.name.trim(),
      role: input.role,
    };
    if (!/^[^\s@]+@[^\s@]+$/.test(actor.email)) throw invalid('email', 'must be an e-mail address');
    if (actor.name === '') throw invalid('name', 'must not be empty');
    await this.agents.insert(tx, {
      id: actor.agentId,
      email: actor.email,
      name: actor.name,
      role: actor.role,
      passwordHash: input.passwordHash,
      now: this.clock.now(),
    });
    return actor;
  }

  /** The hash to store; takes about 75 ms, so compute it outside the transaction. `validation_failed` where too short. */
  async hash(password: string): Promise<string> {
    if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
      throw invalid(
        'password',
        `must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`,
      );
    }
    return hashPassword(password);
  }

  /** A new password ends all sessions of the agent; bearer tokens stay. */
  async setPassword(agentId: string, password: string): Promise<void> {
    const passwordHash = await this.hash(password);
    await this.database.inTransaction(async (tx) => {
      await this.agents.setPassword(tx, agentId, passwordHash);
      await this.credentials.revokeAll(tx, agentId, this.clock.now(), 'sessions_only');
    });
  }

  /** At once: sessions end and tokens are revoked. What the agent wrote stays. */
  async disable(agentId: string): Promise<void> {
    const now = this.clock.now();
    await this.database.inTransaction(async (tx) => {
      await this.agents.disable(tx, agentId, now);
      await this.credentials.revokeAll(tx, agentId, now, 'tokens');
    });
  }

  async list(): Promise<AgentListing[]> {
    return (await this.agents.all()).map(({ passwordHash, ...agent }) => ({
      ...agent,
      hasPassword: passwordHash !== null,
    }));
  }

  /** A new bearer token; the secret is given out this once. */
  async createToken(agentId: string, name: string): Promise<{ id: string; token: string }> {
    const token = newSecret();
    const id = newId();
    await this.database.inTransaction((tx) =>
      this.credentials.insertToken(tx, {
        id,
        agentId,
        name,
        sha256: secretHash(token),
        now: this.clock.now(),
      }),
    );
    return { id, token };
  }

  listTokens(): Promise<TokenListing[]> {
    return this.credentials.tokens();
  }

  /** AppError `not_found` for an unknown id; revoking twice is revoking once. */
  async revokeToken(id: string): Promise<void> {
    const found = await this.database.inTransaction((tx) =>
      this.credentials.revokeToken(tx, id, this.clock.now()),
    );
    if (!found)
      throw new AppError('not_found', { detailEn: `There is no token with the id ${id}.` });
  }
}

function invalid(path: string, reason: string): AppError {
  return new AppError('validation_failed', {
    detailEn: `${path} ${reason}`,
    fields: [{ path, reason }],
  });
}
