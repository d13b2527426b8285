import { readdir } from 'node:fs/promises';
import type { Database } from '../../platform/index.js';

/** How far a database has been migrated, measured by the files of this program. */
export type SchemaState =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'current' }
  | { readonly kind: 'behind'; readonly pending: readonly string[] };

/** Looks at the database alone; changes nothing. A database that is newer than this program counts as current here. */
export async function schemaState(database: Database, migrations: string): Promise<SchemaState> {
  const [found] = await database.query<{ exists: boolean }>(
    `select to_regclass('schema_migrations') is not null as exists`,
  );
  if (found?.exists !== true) return { kind: 'fresh' };
  const rows = await database.query<{ name: string }>('select name from schema_migrations');
  const applied = new Set(rows.map(({ name }) => name));
  const pending = (await readdir(migrations))
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort();
  if (applied.size === 0) return { kind: 'fresh' };
  return pending.length === 0 ? { kind: 'current' } : { kind: 'behind', pending };
}
