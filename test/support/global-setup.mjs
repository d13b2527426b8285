/**
 * Once a run: a PostgreSQL server (DATABASE_URL where set, else the embedded one in a temporary folder) with a
 * migrated template database that every spec file clones.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

const root = path.resolve(import.meta.dirname, '../..');
const SETUP_LOCK = 4_931_208;

export default async function globalSetup() {
  if (process.env.HELPDESK_TEST_SERVER) return; // another tier of this run has done it
  let url = process.env.DATABASE_URL;
  if (!url) {
    const { startEmbeddedPostgres } = await import(
      path.join(root, 'dist/src/launcher/embedded-postgres.js')
    );
    const directory = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-test-'));
    const server = await startEmbeddedPostgres({ directory });
    globalThis.helpdeskTestServer = { server, directory };
    url = server.url;
    await withoutPowerCuts(url);
  }
  process.env.HELPDESK_TEST_SERVER = url;
  process.env.HELPDESK_TEST_TEMPLATE = await makeTemplate(url);
}

/** What is made for a test need not outlive the machine: databases are made and dropped in a tenth of the time. */
async function withoutPowerCuts(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('alter system set fsync = off');
  await client.query('select pg_reload_conf()');
  await client.end();
}

/** Makes the template once for these very migrations; several runs at once on one server make it once. */
async function makeTemplate(url) {
  const directory = path.join(root, 'migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).sort())
    hash.update(name).update(readFileSync(path.join(directory, name)));
  const name = `helpdesk_template_${hash.digest('hex').slice(0, 12)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [SETUP_LOCK]);
    const there = await client.query('select datistemplate from pg_database where datname = $1', [
      name,
    ]);
    if (there.rowCount === 1 && there.rows[0].datistemplate) return name;
    if (there.rowCount === 1) await client.query(`drop database ${name}`);
    await client.query(`create database ${name} template template0 encoding 'UTF8'`);
    const templateUrl = new URL(url);
    templateUrl.pathname = `/${name}`;
    const { migrate } = await import(path.join(root, 'dist/src/platform/database/migrate.js'));
    await migrate(templateUrl.href, directory);
    await client.query(`alter database ${name} is_template true`);
    return name;
  } finally {
    await client.end();
  }
}
