import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { migrate } from '../../../src/platform/database/migrate.js';
import { ROOT, sourceFiles } from '../../architecture/source-tree.js';
import { emptyDatabase } from '../../support/database.js';

describe('the schema', () => {
  let empty: { url: string; close(): Promise<void> };
  let source: DataSource;

  beforeAll(async () => {
    empty = await emptyDatabase();
    await migrate(empty.url, path.join(ROOT, 'migrations'));
    for (const file of sourceFiles('src').filter((candidate) =>
      candidate.path.endsWith('.entity.ts'),
    )) {
      await import(pathToFileURL(path.join(ROOT, file.path)).href);
    }
    const entities = getMetadataArgsStorage().tables.map((table) => table.target) as (() => void)[];
    source = await new DataSource({ type: 'postgres', url: empty.url, entities }).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await empty.close();
  });

  it('the migrated schema and the entities do not differ', async () => {
    const drift = await source.driver.createSchemaBuilder().log();
    expect(drift.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('every table has its entity', async () => {
    const rows: { table_name: string }[] = await source.query(
      `select table_name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'schema_migrations' order by 1`,
    );
    const known = new Set(source.entityMetadatas.map((metadata) => metadata.tableName));
    expect(rows.map((row) => row.table_name).filter((name) => !known.has(name))).toEqual([]);
  });

  it('migrating again changes nothing', async () => {
    expect(await migrate(empty.url, path.join(ROOT, 'migrations'))).toEqual([]);
  });
});
