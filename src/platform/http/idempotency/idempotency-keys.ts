import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Database } from '../../database/database.js';

/** What a repeated key means. */
export type Claim =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replay'; readonly status: number; readonly response: unknown }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'other_request' };

/** Keys are kept this long; afterwards the same key is a new request. */
export const IDEMPOTENCY_HOURS = 48;

/**
 * The table behind `Idempotency-Key`. A claim is committed before the work begins, so two requests at once cannot both
 * run; the answer is stored after the work has committed.
 */
export class IdempotencyKeys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async claim(actor: string, key: string, route: string, requestSha256: string): Promise<Claim> {
    const now = this.clock.now();
    return this.database.inTransaction(async (tx) => {
      const claimed = await tx.execute(
        `insert into idempotency_keys as k (actor, key, route, request_sha256, created_at) values ($1, $2, $3, $4, $5)
         on conflict (actor, key) do update
            set route = excluded.route, request_sha256 = excluded.request_sha256, created_at = excluded.created_at,
                status = null, response = null
          where k.created_at < excluded.created_at - make_interval(hours => $6)`,
        [actor, key, route, requestSha256, now, IDEMPOTENCY_HOURS],
      );
      if (claimed === 1) return { kind: 'fresh' };
      const [row] = await tx.query<{
        route: string;
        request_sha256: string;
        status: number | null;
        response: unknown;
      }>(
        'select route, request_sha256, status, response from idempotency_keys where actor = $1 and key = $2',
        [actor, key],
      );
      // Given back between our two statements: the other request failed, and this one may be sent again.
      if (row === undefined) return { kind: 'in_progress' };
      if (row.route !== route || row.request_sha256 !== requestSha256)
        return { kind: 'other_request' };
      if (row.status === null) return { kind: 'in_progress' };
      return { kind: 'replay', status: row.status, response: row.response };
    });
  }

  /** Stores the answer for repetitions. `response: undefined` stands for an empty body. */
  async answered(actor: string, key: string, status: number, response: unknown): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        'update idempotency_keys set status = $3, response = $4 where actor = $1 and key = $2',
        [actor, key, status, response === undefined ? null : JSON.stringify(response)],
      ),
    );
  }

  /** The work was refused and changed nothing: the same key may be tried again. */
  async release(actor: string, key: string): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute('delete from idempotency_keys where actor = $1 and key = $2 and status is null', [
        actor,
        key,
      ]),
    );
  }

  /** Removes keys past their time; returns how many. */
  async forgetOld(): Promise<number> {
    return this.database.inTransaction((tx) =>
      tx.execute(
        'delete from idempotency_keys where created_at < $1::timestamptz - make_interval(hours => $2)',
        [this.clock.now(), IDEMPOTENCY_HOURS],
      ),
    );
  }
}

/** What makes two requests the same: their body, whatever the order of its fields. */
export function requestHash(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(body)) ?? '')
    .digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}
