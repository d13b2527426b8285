import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { emptyDatabase } from '../../support/database.js';
import { CHECKOUT } from '../../support/product.js';

describe('backup and restore --settle where there is no helpdesk', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'helpdesk-none-'));
  const data = path.join(folder, 'data');
  const to = path.join(folder, 'backup');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (args: readonly string[], env: Record<string, string>) =>
    spawnSync(process.execPath, [path.join(CHECKOUT, 'dist/src/cli/main.js'), ...args], {
      env: { HELPDESK_CONFIG: path.join(folder, 'helpdesk.yaml'), HELPDESK_DATA: data, ...env },
      encoding: 'utf8',
    });

  it.each([[['backup', '--to', to]], [['restore', '--settle']]])(
    '%j says so and makes nothing',
    async (args) => {
      const database = await emptyDatabase();
      const client = new Client({ connectionString: database.url });
      try {
        expect(run(args, {})).toMatchObject({
          status: 2,
          stderr: expect.stringContaining(`There is no helpdesk in ${data}`),
        });
        expect(run(args, { DATABASE_URL: database.url })).toMatchObject({
          status: 2,
          stderr: expect.stringContaining('There is no helpdesk in the database'),
        });
        expect([existsSync(data), existsSync(to)]).toEqual([false, false]);
        await client.connect();
        const made = await client.query(
          `select 1 from pg_class where relnamespace = 'public'::regnamespace`,
        );
        expect(made.rows).toEqual([]);
      } finally {
        await client.end();
        await database.close();
      }
    },
  );
});
