import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';

/** What a repeated key means. */
export type Claim =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replay'; readonly status: number; readonly response: unknown }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'answer_lost' }
  | { readonly kind: 'other_request' };

/** Keys are kept this long; afterwards the same key is a new request. */
export const IDEMPOTENCY_HOURS = 48;
/** A claim that committed nothing for so long belongs to a process that died: the key is free again. */
const ABANDONED_AFTER_MINUTES = 5;

interface Running {
  readonly actor: string;
  readonly key: string;
  committed: boolean;
}

interface KeyRow extends Record<string, unknown> {
  route: string;
  request_sha256: string;
  committed_at: Date | null;
  status: number | null;
  response: unknown;
}

/**
 * The table behind `Idempotency-Key`. A claim is committed before the work begins, so two requests at once cannot both
 * run; the first transaction that the work commits marks the claim; the answer is stored after that. So it is always
 * known whether a request that failed or vanished has changed something.
 */
export class IdempotencyKeys {
  private readonly running = new AsyncLocalStorage<Running>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Marks claims in the transactions of their work; once an application. */
  follow(): void {
    this.database.beforeCommit((tx) => this.mark(tx));
  }

  async claim(actor: string, key: string, route: string, requestSha256: string): Promise<Claim> {
    const now = this.clock.now();
    return this.database.inTransaction(async (tx) => {
      const claimed = await tx.execute(
        `insert into idempotency_keys as k (actor, key, route, request_sha256, created_at) values ($1, $2, $3, $4, $5)
         on conflict (actor, key) do update
            set route = excluded.route, request_sha256 = excluded.request_sha256, created_at = excluded.created_at,
                committed_at = null, status = null, response = null
          where k.created_at < excluded.created_at - make_interval(hours => $6)
             or (k.status is null and k.committed_at is null
                 and k.created_at < excluded.created_at - make_interval(mins => $7))`,
        [actor, key, route, requestSha256, now, IDEMPOTENCY_HOURS, ABANDONED_AFTER_MINUTES],
      );
      if (claimed === 1) return { kind: 'fresh' };
      const [row] = await tx.query<KeyRow>(
        `select route, request_sha256, committed_at, status, response from idempotency_keys
          where actor = $1 and key = $2`,
        [actor, key],
      );
      // Given back between our two statements: the other request failed, and this one may be sent again.
      return row === undefined ? { kind: 'in_progress' } : claimOf(row, route, requestSha256);
    });
  }

  /** Runs `work` so that what it commits marks the claim; tells whether it committed anything. */
  async run<Result>(
    actor: string,
    key: string,
    work: () => Promise<Result>,
  ): Promise<
    { kind: 'done'; result: Result } | { kind: 'failed'; error: unknown; committed: boolean }
  > {
    const running: Running = { actor, key, committed: false };
    try {
      return { kind: 'done', result: await this.running.run(running, work) };
    } catch (error) {
      return { kind: 'failed', error, committed: running.committed };
    }
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

  /** The request was refused or changed nothing: the same key may be tried again. */
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

  private async mark(tx: Tx): Promise<void> {
    const running = this.running.getStore();
    if (running === undefined) return;
    await tx.execute(
      'update idempotency_keys set committed_at = coalesce(committed_at, $3) where actor = $1 and key = $2',
      [running.actor, running.key, this.clock.now()],
    );
    tx.afterCommit(() => {
      running.committed = true;
    });
  }
}

function claimOf(row: KeyRow, route: string, requestSha256: string): Claim {
  if (row.route !== route || row.request_sha256 !== requestSha256) return { kind: 'other_request' };
  if (row.status !== null) return { kind: 'replay', status: row.status, response: row.response };
  return { kind: row.committed_at === null ? 'in_progress' : 'answer_lost' };
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
