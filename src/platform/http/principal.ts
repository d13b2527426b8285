import type { Request } from 'express';

/** Who calls, as the access guard needs to know it. The agents module puts its richer `Actor` here. */
export interface Principal {
  readonly agentId: string;
  readonly role: 'agent' | 'supervisor' | 'admin';
}

/** A request that passed the access guard; `principal` is absent on public routes. */
export interface AuthenticatedRequest extends Request {
  principal?: Principal;
}

/**
 * How callers prove who they are. The platform defines the port, the agents module implements it (bearer tokens and
 * session cookies): the guard stays free of any knowledge about agents.
 */
export abstract class Authenticator {
  /**
   * The caller of this request; null without credentials or with ones that are unknown, expired or revoked.
   * Throws AppError `csrf_failed` for a changing request by cookie without its X-CSRF-Token.
   */
  abstract authenticate(request: Request): Promise<Principal | null>;
}
