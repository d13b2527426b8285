import type { EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { Gathering } from './gathering.js';

/**
 * An open transaction. Only `Database.inTransaction` makes one, and every method that writes takes it as its
 * first parameter: what must be atomic cannot be written outside by accident.
 */
export class Tx {
  /** @internal */ readonly afterCommitHooks: (() => void)[] = [];
  private static readonly statementNames = new Map<string, string>();

  private constructor(
    private readonly entityManager: EntityManager,
    private readonly client: PoolClient,
  ) {}

  private readonly gathering = new Gathering(
    async (sql, values) => (await this.run(sql, values)).rows,
  );

  /** @internal Called by `Database` alone. */
  static begin(entityManager: EntityManager, client: PoolClient): Tx {
    return new Tx(entityManager, client);
  }

  /**
   * Runs one statement with `$1…` parameters and returns its rows. Prepared once a connection under a name made
   * from its text, so pass constant SQL only: never text put together from values.
   */
  async query<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.run<Row>(sql, values)).rows;
  }

  /** As `query`; returns how many rows the statement touched. */
  async execute(sql: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.run(sql, values)).rowCount ?? 0;
  }

  /**
   * One row's part in a set-based statement: calls of the same `sql` made side by side in this transaction are executed
   * as one. `sql` takes in `$1::jsonb` an array of the rows, each with its place `n` (from 0, in the order of the calls),
   * and answers rows that carry their `n`; the caller gets those of its own, without `n`. Dates travel as RFC 3339 text,
   * bytes as the caller writes them (hex). When the statement fails it fails for every caller.
   */
  gather<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    row: Readonly<Record<string, unknown>>,
  ): Promise<Row[]> {
    return this.gathering.add<Row>(sql, row);
  }

  /** TypeORM's repository bound to this transaction, for stores whose work is plain create-read-update. */
  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.entityManager.getRepository(entity);
  }

  /**
   * Runs `hook` once the commit has succeeded (never on rollback): for waking sleepers in this process.
   * It must not be needed for correctness, because a process can die between the commit and the hook.
   */
  afterCommit(hook: () => void): void {
    this.afterCommitHooks.push(hook);
  }

  /**
   * Runs `work` with statements written to the connection without waiting for the answers of those before: what it
   * starts side by side travels together. The order of sending stays; after a failure every later statement fails too.
   */
  async pipelined<Result>(work: () => Promise<Result>): Promise<Result> {
    const connection = this.client as PoolClient & { pipeline: boolean };
    connection.pipeline = true;
    try {
      return await work();
    } finally {
      connection.pipeline = false;
    }
  }

  private run<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    let name = Tx.statementNames.get(sql);
    if (name === undefined) {
      name = `s${Tx.statementNames.size}`;
      Tx.statementNames.set(sql, name);
    }
    return this.client.query<Row>({ name, text: sql, values: values as unknown[] });
  }
}
