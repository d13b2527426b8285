import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Tx } from '../../../platform/index.js';
import { canonicalJson } from '../../business-calendar/index.js';
import type { ClockKind } from '../domain/clock.js';
import type { PolicyChoice } from '../domain/policy.js';

/** A writer loses its number to another one at most once for each version that is being written. */
const MAX_ATTEMPTS = 5;

/** Immutable versions of policies: a clock points at the one it was started under for ever. */
@Injectable()
export class PolicyVersionStore {
  private readonly known = new Map<string, string>();

  constructor(private readonly clock: Clock) {}

  /** The id of the version that says this; written on first use. No statement after the first look-up. */
  async idOf(tx: Tx, kind: ClockKind, choice: PolicyChoice): Promise<string> {
    const name = `${choice.key} ${kind}`;
    const definition = canonicalJson(choice.promise);
    const cacheKey = `${name} ${definition}`;
    const cached = this.known.get(cacheKey);
    if (cached !== undefined) return cached;
    const id = await this.findOrWrite(tx, name, definition);
    // Kept only when committed: after a rollback the row's number would point at nothing.
    tx.afterCommit(() => this.known.set(cacheKey, id));
    return id;
  }

  private async findOrWrite(tx: Tx, name: string, definition: string): Promise<string> {
    const sha256 = createHash('sha256').update(definition).digest('hex');
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const [found] = await tx.query<{ id: string }>(
        'select id from policy_versions where name = $1 and sha256 = $2',
        [name, sha256],
      );
      if (found !== undefined) return found.id;
      // Waits for another writer of the same name, then yields to it: the next look finds its row or a free number.
      const [written] = await tx.query<{ id: string }>(
        `insert into policy_versions (name, version, sha256, definition, created_at)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4 from policy_versions where name = $1
         on conflict do nothing returning id`,
        [name, sha256, definition, this.clock.now()],
      );
      if (written !== undefined) return written.id;
    }
    throw new AppError('unavailable', { context: { policy: name } });
  }
}
