import type { PoolClient, QueryResultRow } from 'pg';
import type { DataSource, EntityTarget, ObjectLiteral, QueryRunner, Repository } from 'typeorm';
import { Tx } from './tx.js';

/** SQLSTATEs after which the whole transaction is run again: serialization failure, deadlock. */
const RETRYABLE_SQLSTATES = new Set(['40001', '40P01']);
const MAX_TRANSACTION_RUNS = 5;

/** The door to PostgreSQL. */
export class Database {
  private readonly commitHooks: ((tx: Tx) => Promise<void>)[] = [];

  constructor(readonly dataSource: DataSource) {}

  /** Calls `hook` as the last work of every transaction, just before its commit: for marks that must share its fate. */
  beforeCommit(hook: (tx: Tx) => Promise<void>): void {
    this.commitHooks.push(hook);
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits. On a deadlock or a serialization failure the whole
   * function runs again in a fresh transaction, at most five times: so it touches the database and nothing else.
   */
  async inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    for (let run = 1; ; run += 1) {
      try {
        return await this.once(work, beginWriting);
      } catch (error) {
        if (run >= MAX_TRANSACTION_RUNS || !RETRYABLE_SQLSTATES.has(sqlStateOf(error) ?? '')) {
          throw error;
        }
      }
    }
  }

  /**
   * Reads of one instant however long they take (REPEATABLE READ, read only): for copying out. Nothing is run again, so
   * `work` may also write files; vacuum waits for its end, so it is not for requests.
   */
  inSnapshot<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    return this.once(work, beginSnapshot);
  }

  /** One read outside a transaction, with `$1…` parameters. Never for writes. */
  async query<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.dataSource.query(sql, values as unknown[])) as Row[];
  }

  /** TypeORM's repository for reads outside a transaction. */
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.dataSource.getRepository(entity);
  }

  private async once<Result>(
    work: (tx: Tx) => Promise<Result>,
    begin: (runner: QueryRunner) => Promise<boolean>,
  ): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      const writes = await begin(runner);
      const tx = Tx.begin(runner.manager, client);
      let result: Result;
      try {
        result = await work(tx);
        if (writes) for (const hook of this.commitHooks) await hook(tx);
        await runner.commitTransaction();
      } catch (error) {
        // A connection that died cannot roll back; the server already has.
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
      for (const hook of tx.afterCommitHooks) hook();
      return result;
    } finally {
      await runner.release();
    }
  }
}

/** Both say whether the transaction may write. */
async function beginWriting(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction();
  return true;
}

async function beginSnapshot(runner: QueryRunner): Promise<boolean> {
  await runner.startTransaction('REPEATABLE READ');
  await runner.query('set transaction read only');
  // Files are read between its pages: it may be idle for as long as that takes, and it locks nothing.
  await runner.query('set local idle_in_transaction_session_timeout = 0');
  return false;
}

/** The SQLSTATE of an error from PostgreSQL, looked for through wrappers; null for any other error. */
export function sqlStateOf(error: unknown): string | null {
  for (let at: unknown = error; typeof at === 'object' && at !== null;) {
    const candidate = at as { code?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof candidate.code === 'string' && /^[0-9A-Z]{5}$/.test(candidate.code)) {
      return candidate.code;
    }
    at = candidate.driverError ?? candidate.cause;
  }
  return null;
}

/** True where PostgreSQL refused a row because of the named unique constraint (SQLSTATE 23505). */
export function violatesUnique(error: unknown, constraint: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  for (let at: unknown = error; typeof at === 'object' && at !== null;) {
    const candidate = at as { constraint?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof candidate.constraint === 'string') return candidate.constraint === constraint;
    at = candidate.driverError ?? candidate.cause;
  }
  return false;
}
