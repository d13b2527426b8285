import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock } from '../../../platform/index.js';
import { Authenticator, isForeign, sameSecret } from '../../../platform/http/index.js';
import { Agents, type Actor } from '../agents.facade.js';
import { secretHash } from '../domain/secret-hash.js';
import { CredentialStore, type SessionRow } from '../store/credential.store.js';
import { sessionTokenOf } from './session-cookie.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sessions of requests by cookie, for `GET /me` and `DELETE /session`; forgotten with the request. */
const sessions = new WeakMap<Request, SessionRow>();

export function sessionOf(request: Request): SessionRow | null {
  return sessions.get(request) ?? null;
}

/**
 * Bearer token first, else session cookie. A changing request by cookie must carry the session's X-CSRF-Token, which a
 * foreign page can neither read nor send, and must not say that it comes from elsewhere: three walls with SameSite=Strict.
 */
@Injectable()
export class AgentAuthenticator extends Authenticator {
  constructor(
    private readonly agents: Agents,
    private readonly credentials: CredentialStore,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {
    super();
  }

  async authenticate(request: Request): Promise<Actor | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer +([\w-]{20,200})$/i.exec(authorization)?.[1];
      return token === undefined ? null : this.agents.byBearerToken(token);
    }
    const { http, security } = this.config.get();
    const cookie = sessionTokenOf(request, http.cookies.secure);
    if (cookie === null) return null;
    const session = await this.credentials.session(
      secretHash(cookie),
      this.clock.now(),
      security.sessionIdleMinutes,
    );
    if (session === null) return null;
    if (!SAFE_METHODS.has(request.method)) {
      const presented = request.headers['x-csrf-token'];
      const ours = typeof presented === 'string' && sameSecret(presented, session.csrfToken);
      if (!ours || isForeign(request)) throw new AppError('csrf_failed');
    }
    sessions.set(request, session);
    return session.actor;
  }
}
