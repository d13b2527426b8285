import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { OperatorError } from '../errors.js';
import { sqlStateOf } from './database.js';
import { refuseUnfinishedRestore } from './unfinished-restore.js';

/** Any fixed number: migrations of two processes on one database run one after the other. */
const MIGRATION_LOCK = 4_931_207;
const LOCK_POLL_MS = 200;
/** A statement that waits longer for a lock would hold up everybody behind it: it gives up and comes again. */
const LOCK_TIMEOUT_MS = 2_000;
const LOCK_TRIES = 30;
/** The lock did not come in time, or waiting for it went round in a circle: everything is undone and tried again. */
const TRIED_AGAIN = new Set(['55P03', '40P01']);
/** First words of a file whose statements run one by one, each by itself: `create index concurrently` needs that. */
const WITHOUT_TRANSACTION = '-- without a transaction';

/**
 * Applies every `migrations/*.sql` that the database has not seen, in name order, each in its own transaction (or
 * statement by statement, where the file begins with `-- without a transaction`: such a file can be run again from its
 * first line). The helpdesk may go on working meanwhile: no statement waits longer than two seconds for a lock; it is
 * tried again, for about two minutes. Returns the names applied. Safe to call from several processes at once. Throws an
 * OperatorError when a released file was changed afterwards or when the database is newer than this program.
 * `only`: just the files that it accepts, for a database that is to stand as an older version left it. `restoring`: the
 * caller is the restore that has not ended; anybody else's migration of such a database is an OperatorError.
 */
export async function migrate(
  databaseUrl: string,
  directory: string,
  only: (name: string) => boolean = () => true,
  restoring = false,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await lockAlone(client);
    if (!restoring) await refuseUnfinishedRestore(client);
    await client.query(
      `create table if not exists schema_migrations (
         name text not null constraint pk_schema_migrations primary key,
         sha256 text not null,
         applied_at timestamptz not null default now())`,
    );
    const known = new Map<string, string>(
      (
        await client.query<{ name: string; sha256: string }>(
          'select name, sha256 from schema_migrations',
        )
      ).rows.map((row) => [row.name, row.sha256]),
    );
    const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of known.keys()) {
      if (!names.includes(name)) {
        throw new OperatorError(
          `The database was migrated by a newer version of the helpdesk (it has ${name}). Start that version, or restore a backup.`,
        );
      }
    }
    const applied: string[] = [];
    for (const name of names) {
      const sql = await readFile(path.join(directory, name), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const before = known.get(name);
      if (before === sha256 || !only(name)) continue;
      if (before !== undefined) {
        throw new OperatorError(
          `The migration ${name} was changed after it had been applied. Put the released file back; changes go into a new migration.`,
        );
      }
      await apply(client, name, sql, sha256);
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

/**
 * Asked for again and again, never waited for: a waiting statement keeps a snapshot, and `create index concurrently` of
 * whoever holds the lock would wait for that snapshot for ever.
 */
async function lockAlone(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ ours: boolean }>(
      'select pg_try_advisory_lock($1) as ours',
      [MIGRATION_LOCK],
    );
    if (rows[0]?.ours === true) return;
    await delay(LOCK_POLL_MS);
  }
}

async function apply(client: pg.Client, name: string, sql: string, sha256: string): Promise<void> {
  const record = 'insert into schema_migrations (name, sha256) values ($1, $2)';
  if (sql.startsWith(WITHOUT_TRANSACTION)) {
    // These take no lock that anybody waits behind; what they wait for are transactions of others, which end.
    await client.query('set lock_timeout = 0');
    for (const statement of statementsOf(sql)) await client.query(statement);
    await client.query(record, [name, sha256]);
    return;
  }
  for (let tries = 1; ; tries += 1) {
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query('begin');
    try {
      await client.query(sql);
      await client.query(record, [name, sha256]);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (!TRIED_AGAIN.has(sqlStateOf(error) ?? '') || tries === LOCK_TRIES) throw error;
      await delay(LOCK_TIMEOUT_MS);
    }
  }
}

/** Statements end with a semicolon at the end of a line. Files that need more (a function's body) run as a whole. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
