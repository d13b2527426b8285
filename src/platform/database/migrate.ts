import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { OperatorError } from '../errors.js';

/** Any fixed number: migrations of two processes on one database run one after the other. */
const MIGRATION_LOCK = 4_931_207;

/**
 * Applies every `migrations/*.sql` that the database has not seen, in name order, each in its own transaction.
 * Returns the names applied. Safe to call from several processes at once. Throws an OperatorError when a released
 * file was changed afterwards or when the database is newer than this program.
 */
export async function migrate(databaseUrl: string, directory: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
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
      if (before === sha256) continue;
      if (before !== undefined) {
        throw new OperatorError(
          `The migration ${name} was changed after it had been applied. Put the released file back; changes go into a new migration.`,
        );
      }
      await client.query('begin');
      try {
        await client.query(sql);
        await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [
          name,
          sha256,
        ]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}
