import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { FolderStorage } from '../../../src/modules/files/gateway/folder-storage.js';
import { StoragePlaces, type BlobStore } from '../../../src/modules/files/index.js';
import { makeBackup } from '../../../src/operations/backup/make-backup.js';
import { restoreBackup, settleRestored } from '../../../src/operations/backup/restore-backup.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import { newId, OperatorError } from '../../../src/platform/index.js';
import { blobStoreIn } from '../../support/blobs.js';
import { emptyDatabase, freshDatabase, type FreshDatabase } from '../../support/database.js';
import { CHECKOUT } from '../../support/product.js';

const MIGRATIONS = path.join(CHECKOUT, 'migrations');
const NOW = new Date('2026-11-05T13:00:00.000Z');

describe('backup and restore', () => {
  let fresh: FreshDatabase;
  let folder: string;
  let places: StoragePlaces;
  let blobs: BlobStore;
  let writing = true;
  let opened = 0;
  let writers: Promise<number>[] = [];
  const backup = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    fresh = await freshDatabase({ poolSize: 10 });
    folder = await mkdtemp(path.join(tmpdir(), 'helpdesk-backup-'));
    places = new StoragePlaces(new FolderStorage(path.join(folder, 'files')));
    blobs = blobStoreIn(fresh, places);
    await fresh.database.inTransaction(async (tx) => {
      await tx.execute(
        `insert into queues (key, name, private) values ('suporte', 'Suporte "1º nível"', false)`,
      );
      await tx.execute(
        `insert into mailboxes (key, address, queue_key) values ('suporte', 'suporte@empresa.test', 'suporte')`,
      );
    });
    for (let at = 0; at < 20; at += 1) await openTicket();
    writers = [0, 1, 2].map(async () => {
      let count = 0;
      while (writing) {
        await openTicket();
        count += 1;
      }
      return count;
    });
  });
  afterAll(async () => {
    writing = false;
    await Promise.allSettled(writers);
    await fresh.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A ticket, a message, two files (one in twenty is large) and a mail that waits, all in one transaction. */
  async function openTicket(): Promise<void> {
    const large = opened++ % 20 === 0;
    const staged = [
      await blobs.stage(randomBytes(300)),
      await blobs.stage(randomBytes(large ? 270_000 : 400)),
    ];
    const subject = 'Não\tconsigo\\entrar\n"agora"';
    await fresh.database.inTransaction(async (tx) => {
      await blobs.record(tx, staged);
      const [ticket] = await tx.query<{ id: string }>(
        `insert into tickets (subject, channel, queue_key, reason_decided_by, reason_confidence, created_at, received_at, last_activity_at)
         values ($1, 'email', 'suporte', 'none', 0, $2, $2, $2) returning id`,
        [subject, NOW],
      );
      const [message] = await tx.query<{ id: string }>(
        `insert into messages (ticket_id, kind, author_kind, created_at, body_text) values ($1, 'inbound', 'customer', $2, $3) returning id`,
        [ticket!.id, NOW, subject],
      );
      for (const { sha256, sizeBytes } of staged) {
        await tx.execute(
          `insert into attachments (id, message_id, filename, media_type, size_bytes, sha256, created_at)
           values ($1, $2, 'a', 'text/plain', $3, $4, $5)`,
          [newId(), message!.id, sizeBytes, sha256, NOW],
        );
      }
      await tx.execute(
        `insert into outbox (mailbox_key, kind, automatic, ticket_id, dedupe_key, message_id, from_address, envelope_from, recipients,
            primary_recipient, subject, body_text, state, not_before, give_up_at, created_at)
         values ('suporte', 'acknowledgement', true, $1, 'acknowledgement:' || $1::bigint, $3, 'a@b.test', '', '[]', 'c@d.test', 's', 't', 'queued', $2, $2, $2)`,
        [ticket!.id, NOW, `m${ticket!.id}@b.test`],
      );
    });
  }

  const make = (name: string) =>
    makeBackup({ databaseUrl: fresh.url, places, leases: fresh.leases }, backup(name));
  const restore = (
    name: string,
    databaseUrl: string,
    more: Partial<Parameters<typeof restoreBackup>[0]> = {},
  ) =>
    restoreBackup(
      {
        databaseUrl,
        places: new StoragePlaces(new FolderStorage(path.join(folder, 'restored'))),
        migrations: MIGRATIONS,
        now: NOW,
        replace: false,
        ...more,
      },
      backup(name),
    );
  async function ask<Row>(url: string, sql: string): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows as Row[];
    } finally {
      await client.end();
    }
  }
  const SCHEMA = `select conrelid::regclass::text as at, conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
    union all
    select table_name, column_name, data_type || is_nullable || coalesce(column_default, '') || is_identity
      from information_schema.columns where table_schema = 'public'
    union all select viewname, 'view', definition from pg_views where schemaname = 'public'
    order by 1, 2, 3`;

  it('a backup made under load is one instant: every ticket has all of its parts, every file is there', async () => {
    const manifest = await make('loaded');
    writing = false;
    await Promise.all(writers);
    const countedBefore = opened;
    expect(await readdir(folder)).toContain('loaded');
    const target = await emptyDatabase();
    try {
      const restored = await restore('loaded', target.url);
      expect(restored).toMatchObject({ migrated: [], files: manifest.files.count });
      const [counts] = await ask<Record<string, number>>(
        target.url,
        `select (select count(*)::int from tickets) as tickets, (select count(*)::int from messages) as messages,
                (select count(*)::int from attachments) as attachments, (select count(*)::int from outbox) as outbox,
                (select count(*)::int from blobs) as blobs,
                (select count(*)::int from blobs where location is not null) as files, (select count(*)::int from tickets where subject <> E'Não\\tconsigo\\\\entrar\\n"agora"') as garbled`,
      );
      const { tickets } = counts!;
      expect(counts).toEqual({
        tickets,
        messages: tickets,
        attachments: 2 * tickets!,
        outbox: tickets,
        blobs: 2 * tickets!,
        files: manifest.files.count,
        garbled: 0,
      });
      expect(tickets).toBeGreaterThanOrEqual(20);
      expect(countedBefore).toBeGreaterThan(tickets!);
      expect(await ask(target.url, SCHEMA)).toEqual(await ask(fresh.url, SCHEMA));
    } finally {
      await target.close();
    }
  }, 60_000);

  it('what is restored is the same to the byte, goes on counting, and answers nobody twice', async () => {
    const manifest = await make('quiet');
    const target = await emptyDatabase();
    try {
      await restore('quiet', target.url);
      const tables = manifest.tables.map(({ name }) => name);
      // What a restore changes on purpose.
      const changed = ['alarms', 'automation_pauses', 'outbox'];
      for (const name of tables.filter((table) => !changed.includes(table))) {
        const sum = `select count(*)::int as rows, md5(string_agg(md5(t::text), '' order by md5(t::text))) as sum from ${name} t`;
        expect({ name, rows: await ask(target.url, sum) }).toEqual({
          name,
          rows: await ask(fresh.url, sum),
        });
      }
      for await (const page of places.active.list()) {
        for (const { location } of page) {
          const twin = await readFile(path.join(folder, 'restored', location));
          expect(twin.equals(await readFile(path.join(folder, 'files', location)))).toBe(true);
        }
      }
      // Nothing that waited leaves again, and nothing automatic by itself.
      expect(await ask(target.url, `select distinct state from outbox`)).toEqual([
        { state: 'unknown' },
      ]);
      expect(await ask(target.url, 'select mailbox_key, paused_by from automation_pauses')).toEqual(
        [{ mailbox_key: null, paused_by: 'restore' }],
      );
      // The lost helpdesk may have told customers protocols that the backup does not know.
      const [highest] = await ask<{ max: string }>(fresh.url, 'select max(id) as max from tickets');
      const [next] = await ask<{ id: string }>(
        target.url,
        `select nextval('ticket_protocol') as id`,
      );
      expect(Number(next!.id)).toBeGreaterThan(Number(highest!.max) + 999);
      // Identities go on behind what is there.
      await ask(
        target.url,
        `insert into messages (ticket_id, kind, author_kind, created_at, body_text) select min(id), 'note', 'agent', now(), 'x' from tickets`,
      );
    } finally {
      await target.close();
    }
  }, 60_000);

  it('refuses a database in use and one that is not empty, and replaces it when told to', async () => {
    const target = await emptyDatabase();
    const client = new Client({ connectionString: target.url });
    try {
      await client.connect();
      await expect(restore('quiet', target.url)).rejects.toThrow(/in use \(1 other/);
      await client.end();
      await ask(target.url, 'create table something (x int)');
      await expect(restore('quiet', target.url)).rejects.toThrow(/not empty/);
      await restore('quiet', target.url, { replace: true });
      expect(await ask(target.url, `select to_regclass('something') as something`)).toEqual([
        { something: null },
      ]);
      // One that came back by other means is made safe in the same way.
      await ask(target.url, `update outbox set state = 'queued' where id % 2 = 0`);
      await ask(target.url, 'delete from automation_pauses');
      await settleRestored(target.url, { now: NOW, skippedProtocols: 0 });
      expect(await ask(target.url, `select 1 from outbox where state <> 'unknown'`)).toEqual([]);
      expect(await ask(target.url, 'select paused_by from automation_pauses')).toEqual([
        { paused_by: 'restore' },
      ]);
    } finally {
      await client.end().catch(() => undefined);
      await target.close();
    }
  }, 60_000);

  it('a stored file that lies there damaged is replaced, also where it is as long', async () => {
    const target = await emptyDatabase();
    try {
      const [stored] = await ask<{ location: string }>(
        fresh.url,
        'select location from blobs where location is not null limit 1',
      );
      const file = path.join(folder, 'restored', stored!.location);
      const whole = await readFile(file);
      const rotten = Buffer.from(whole);
      rotten[0]! ^= 1;
      await writeFile(file, rotten);
      expect(await restore('quiet', target.url)).toMatchObject({ files: 1 });
      expect((await readFile(file)).equals(whole)).toBe(true);
    } finally {
      await target.close();
    }
  }, 60_000);

  it('where the stored files cannot be written, what was to be replaced is still there', async () => {
    const target = await emptyDatabase();
    try {
      await restore('quiet', target.url);
      const before = await ask(target.url, 'select id, state from outbox order by id');
      await writeFile(backup('no-folder'), '');
      const places = new StoragePlaces(new FolderStorage(backup('no-folder')));
      await expect(restore('quiet', target.url, { replace: true, places })).rejects.toThrow(
        /no-folder/,
      );
      expect(await ask(target.url, 'select id, state from outbox order by id')).toEqual(before);
      expect(await migrate(target.url, MIGRATIONS)).toEqual([]);
    } finally {
      await target.close();
    }
  }, 60_000);

  it('a database whose restore has not ended is open to another restore alone', async () => {
    const target = await emptyDatabase();
    const interrupted = (line: string): void => {
      if (line.includes('stored files are restored')) throw new Error('the power is cut');
    };
    const refused = /was interrupted: run it again with --replace/;
    try {
      await expect(restore('quiet', target.url, { say: interrupted })).rejects.toThrow('power');
      await expect(migrate(target.url, MIGRATIONS)).rejects.toThrow(refused);
      const after = { now: NOW, skippedProtocols: 0 };
      await expect(settleRestored(target.url, after)).rejects.toThrow(refused);
      const started = spawnSync(process.execPath, [path.join(CHECKOUT, 'dist/src/main.js')], {
        env: { DATABASE_URL: target.url, HELPDESK_DATA: folder },
        encoding: 'utf8',
      });
      expect(started).toMatchObject({ status: 2, stderr: expect.stringMatching(refused) });
      await restore('quiet', target.url);
      expect(await migrate(target.url, MIGRATIONS)).toEqual([]);
    } finally {
      await target.close();
    }
  }, 60_000);

  it('refuses what is newer, damaged or not whole before it touches anything', async () => {
    const target = await emptyDatabase();
    const changed = async (
      name: string,
      change: (at: string) => Promise<void>,
    ): Promise<string> => {
      await cp(backup('quiet'), backup(name), { recursive: true });
      await change(backup(name));
      return name;
    };
    try {
      const manifest = JSON.parse(
        await readFile(path.join(backup('quiet'), 'manifest.json'), 'utf8'),
      ) as { migrations: { name: string; sha256: string }[] };
      const newer = await changed('newer', (at) =>
        writeFile(
          path.join(at, 'manifest.json'),
          JSON.stringify({
            ...manifest,
            migrations: [...manifest.migrations, { name: '9999-later.sql', sha256: '0' }],
          }),
        ),
      );
      await expect(restore(newer, target.url)).rejects.toThrow(/newer version.*9999-later/);
      const sealed = await changed('sealed', (at) =>
        writeFile(
          path.join(at, 'manifest.json'),
          JSON.stringify({ ...manifest, keyIds: ['2025', '2026'] }),
        ),
      );
      await expect(restore(sealed, target.url, { keyIds: ['2025'] })).rejects.toThrow(
        /masterKeys of helpdesk\.yaml lacks 2026: /,
      );
      for (const keys of [{ keyIds: ['2026', '2025'] }, {}]) {
        await expect(restore(sealed, target.url, keys)).rejects.toThrow(/has another sha256/);
      }
      const cut = await changed('cut', (at) => rm(path.join(at, 'tables/tickets.copy.gz')));
      await expect(restore(cut, target.url)).rejects.toThrow(/tickets\.copy\.gz cannot be read/);
      const rotten = await changed('rotten', async (at) => {
        const file = path.join(at, 'tables/messages.copy.gz');
        const bytes = await readFile(file);
        bytes[40]! ^= 1;
        await writeFile(file, bytes);
      });
      await expect(restore(rotten, target.url)).rejects.toThrow(/another sha256/);
      await expect(restore('nothing', target.url)).rejects.toThrow(/is no backup/);
      const interrupted = await changed('interrupted', (at) => rm(path.join(at, 'manifest.json')));
      await expect(restore(interrupted, target.url)).rejects.toThrow(/manifest\.json is not there/);
      expect(await ask(target.url, `select 1 from pg_class where relname = 'tickets'`)).toEqual([]);
    } finally {
      await target.close();
    }
  }, 60_000);

  it('a backup that cannot be whole leaves nothing that looks like one', async () => {
    await expect(make('quiet')).rejects.toThrow(/is not empty/);
    const elsewhere = new StoragePlaces(new FolderStorage(path.join(folder, 'wrong')));
    await expect(
      makeBackup(
        { databaseUrl: fresh.url, places: elsewhere, leases: fresh.leases },
        backup('half'),
      ),
    ).rejects.toThrow(/is missing/);
    expect((await readdir(folder)).filter((name) => name.includes('half'))).toEqual([]);
  });

  it('an interrupted backup leaves nothing, a folder that cannot be written is told in a sentence', async () => {
    const controller = new AbortController();
    const sources = { databaseUrl: fresh.url, places, leases: fresh.leases };
    const interrupted = makeBackup(
      {
        ...sources,
        interruption: controller.signal,
        say: () => controller.abort(new OperatorError('Interrupted.')),
      },
      backup('stopped'),
    );
    await expect(interrupted).rejects.toThrow(/^Interrupted\.$/);
    expect((await readdir(folder)).filter((name) => name.includes('stopped'))).toEqual([]);
    await expect(makeBackup(sources, '/proc/nope/b')).rejects.toThrow(
      '/proc/nope cannot be written: no folder can be made there.',
    );
    const inFile = new StoragePlaces(new FolderStorage('/proc/version'));
    const target = await emptyDatabase();
    try {
      await expect(restore('quiet', target.url, { places: inFile })).rejects.toThrow(
        '/proc/version cannot be written: a file stands in the way.',
      );
    } finally {
      await target.close();
    }
  });

  it('an older backup is brought to the schema of this program', async () => {
    const older = await emptyDatabase();
    const target = await emptyDatabase();
    const migrations = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
    const last = migrations.at(-1)!;
    try {
      await migrate(older.url, MIGRATIONS, (name) => name !== last);
      await ask(older.url, `insert into queues (key, name, private) values ('q', 'Q', false)`);
      await makeBackup({ databaseUrl: older.url, places, leases: fresh.leases }, backup('older'));
      expect((await restore('older', target.url)).migrated).toEqual([last]);
      expect(await ask(target.url, 'select key from queues')).toEqual([{ key: 'q' }]);
    } finally {
      await older.close();
      await target.close();
    }
  }, 60_000);
});
