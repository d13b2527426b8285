import type { Database } from './database/database.js';
import type { Tx } from './database/tx.js';

/** A held lease. `token` grows with every change of owner; a write that presents an old one is refused. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly token: string;
}

/** A lease that somebody holds at this moment. */
export interface LivingLease {
  readonly name: string;
  readonly owner: string;
  /** Until it expires if it is not prolonged. Milliseconds, by PostgreSQL's clock. */
  readonly remainingMs: number;
}

/**
 * Leases in PostgreSQL, by PostgreSQL's clock: one owner at a time for a named piece of work (`mailbox:suporte`).
 * A dead owner's lease expires by itself; a slow one's late commit fails `assertHeld`.
 */
export class Leases {
  constructor(
    private readonly database: Database,
    /** This process: unique for every start. */
    readonly owner: string,
    readonly ttlMs = 15_000,
  ) {}

  /** Takes the lease if it is free, expired or already ours; null if another process holds it. */
  async acquire(name: string): Promise<Lease | null> {
    const [row] = await this.database.inTransaction((tx) =>
      tx.query<{ token: string }>(
        `insert into leases as l (name, owner, token, expires_at) values ($1, $2, 1, now() + make_interval(secs => $3))
         on conflict (name) do update set owner = $2, expires_at = excluded.expires_at,
           token = l.token + (case when l.owner = $2 and l.expires_at > now() then 0 else 1 end)
         where l.owner = $2 or l.expires_at <= now()
         returning token`,
        [name, this.owner, this.ttlMs / 1000],
      ),
    );
    return row === undefined ? null : { name, owner: this.owner, token: row.token };
  }

  /** Prolongs a held lease; false if it was lost. Call it every third of `ttlMs`. */
  async renew(lease: Lease): Promise<boolean> {
    const renewed = await this.database.inTransaction((tx) =>
      tx.execute(
        `update leases set expires_at = now() + make_interval(secs => $4)
          where name = $1 and owner = $2 and token = $3 and expires_at > now()`,
        [lease.name, lease.owner, lease.token, this.ttlMs / 1000],
      ),
    );
    return renewed === 1;
  }

  /** Hands the lease back at once. */
  async release(lease: Lease): Promise<void> {
    await this.database.inTransaction((tx) =>
      tx.execute(
        `update leases set expires_at = now() where name = $1 and owner = $2 and token = $3`,
        [lease.name, lease.owner, lease.token],
      ),
    );
  }

  /** Who holds what, among the leases whose names begin with one of these words. One cheap look, no lock. */
  living(...prefixes: readonly string[]): Promise<LivingLease[]> {
    return this.database.query<LivingLease & Record<string, unknown>>(
      `select name, owner, (extract(epoch from expires_at - now()) * 1000)::float8 as "remainingMs"
         from leases where expires_at > now()
          and exists (select 1 from unnest($1::text[]) prefix where starts_with(name, prefix))
        order by name`,
      [prefixes],
    );
  }

  /**
   * Fencing: locks the lease row for the rest of `tx`; false if it is no longer ours, and then the caller must throw
   * so that nothing of its work is committed.
   */
  async assertHeld(tx: Tx, lease: Lease): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from leases where name = $1 and owner = $2 and token = $3 and expires_at > now() for share`,
      [lease.name, lease.owner, lease.token],
    );
    return rows.length === 1;
  }
}
