import type { Tx } from '../../platform/index.js';

export type AgentRole = 'agent' | 'supervisor' | 'admin';

/** Who is acting through the API: the authenticated agent. Put on the request by the auth guard. */
export interface Actor {
  readonly agentId: string;
  readonly email: string;
  readonly name: string;
  readonly role: AgentRole;
}

/** Agents, their passwords, bearer tokens and sessions. Used by the auth guard, the CLI and names in views. */
export class Agents {
  /** The actor behind a bearer token; null if unknown, revoked or disabled. */
  byBearerToken(_token: string): Promise<Actor | null> {
    throw new Error('unwritten');
  }

  byId(_tx: Tx, _id: string): Promise<Actor | null> {
    throw new Error('unwritten');
  }
}
