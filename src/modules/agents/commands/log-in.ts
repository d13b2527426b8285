import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import {
  AppError,
  Clock,
  Database,
  newId,
  newSecret,
  Throttle,
  type ThrottleRule,
} from '../../../platform/index.js';
import type { Actor } from '../agents.facade.js';
import { secretHash } from '../domain/secret-hash.js';
import { verifyPassword } from '../passwords.js';
import { AgentStore } from '../store/agent.store.js';
import { CredentialStore } from '../store/credential.store.js';

const QUARTER_HOUR_MS = 900_000;
/** Several people may sit behind one address. */
const ATTEMPTS_PER_ADDRESS_FACTOR = 3;

export interface LoggedIn {
  readonly actor: Actor;
  /** For the cookie; only its hash is stored. */
  readonly token: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

/**
 * Opens a session. Throws `invalid_credentials` (the same for an unknown account, a wrong password and a disabled
 * agent, after the same work) and `too_many_requests`: failures are counted by account and by address, across processes.
 */
@Injectable()
export class LogIn {
  constructor(
    private readonly agents: AgentStore,
    private readonly credentials: CredentialStore,
    private readonly throttle: Throttle,
    private readonly database: Database,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {}

  async run(input: { email: string; password: string; address: string }): Promise<LoggedIn> {
    const rules = this.rules(input);
    for (const rule of rules) await this.throttle.hit(rule);
    const agent = await this.agents.byEmail(input.email);
    const usable = agent !== null && agent.disabledAt === null ? agent : null;
    const right = await verifyPassword(input.password, usable?.passwordHash ?? null);
    if (usable === null || !right) throw new AppError('invalid_credentials');
    for (const rule of rules) await this.throttle.refund(rule);
    const { agentId, email, name, role } = usable;
    return this.open({ agentId, email, name, role });
  }

  private async open(actor: Actor): Promise<LoggedIn> {
    const now = this.clock.now();
    const token = newSecret();
    const csrfToken = newSecret();
    const expiresAt = new Date(
      now.getTime() + this.config.get().security.sessionMaxHours * 3_600_000,
    );
    await this.database.inTransaction((tx) =>
      this.credentials.insertSession(tx, {
        id: newId(),
        agentId: actor.agentId,
        sha256: secretHash(token),
        csrfToken,
        now,
        expiresAt,
      }),
    );
    return { actor, token, csrfToken, expiresAt };
  }

  private rules(input: { email: string; address: string }): ThrottleRule[] {
    const limit = this.config.get().limits.loginAttemptsPerQuarterHour;
    return [
      { name: 'login.account', subject: input.email, limit, windowMs: QUARTER_HOUR_MS },
      {
        name: 'login.address',
        subject: input.address,
        limit: limit * ATTEMPTS_PER_ADDRESS_FACTOR,
        windowMs: QUARTER_HOUR_MS,
      },
    ];
  }
}
