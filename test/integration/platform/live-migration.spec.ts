import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/platform/database/migrate.js';
import { emptyDatabase } from '../../support/database.js';
import { CHECKOUT } from '../../support/product.js';

const MIGRATIONS = path.join(CHECKOUT, 'migrations');
/** The last migration of the version before: its processes write as below. */
const VERSION_BEFORE = '0015';
const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
const isOld = (name: string): boolean => name.slice(0, 4) <= VERSION_BEFORE;
/** Longer than a migration may keep anybody waiting, with room for a slow machine. */
const AT_MOST_MS = 8_000;

/** What a worker of the version before does for one message, statement by statement as it wrote them. */
const RECORD_BLOB = `insert into blobs (sha256, size_bytes, content, location) values ($1, 3, $2, null) on conflict do nothing`;
const RECORD_INTAKE = `insert into intake (mailbox_key, queue_key, folder, folder_role, uidvalidity, uid, size_bytes, sha256, partial,
    received_at, fetched_at, state) values ('suporte', 'suporte', 'INBOX', 'inbox', 1, $2, 3, $1, false, now(), now(), 'stored') returning id`;
const OPEN_TICKET = `insert into tickets (subject, channel, mailbox_key, queue_key, reason_decided_by, reason_confidence, created_at, received_at, last_activity_at)
    values ('x', 'email', 'suporte', 'suporte', 'none', 0, now(), now(), now()) returning id`;
const ADD_MESSAGE = `insert into messages (ticket_id, kind, author_kind, body_text, visible_text, intake_id, created_at, received_at)
    values ($1, 'inbound', 'customer', 'x', 'x', $2, now(), now()) returning id`;
const ATTACH = `insert into attachments (id, message_id, filename, media_type, size_bytes, sha256, created_at)
    values (gen_random_uuid(), $1, 'a', 'text/plain', 3, $2, now())`;
const START_CLOCK = `insert into clocks (ticket_id, kind, state, policy_key, policy, calendar_version_id, started_at, started_by_message_id, due_at, created_at)
    values ($1, 'first_return', 'running', 'default', '{}', $3, now(), $2, now(), now())`;
const ENQUEUE = `insert into outbox (mailbox_key, kind, automatic, ticket_id, dedupe_key, message_id, from_address, envelope_from, recipients,
    primary_recipient, subject, body_text, not_before, give_up_at, created_at)
    values ('suporte', 'acknowledgement', true, $1, 'acknowledgement:' || $1::bigint, $2, 'a@b.test', '', '[]', 'c@d.test', 's', 't', now(), now(), now()) returning id`;
const FINISH = `update intake set state = 'done', disposition = 'ticket_opened', ticket_id = $2, processed_at = now() where id = $1`;
const CLAIM = `update outbox o set state = 'sending', attempts = attempts + 1, claimed_by = 'x', claimed_at = now()
    where o.id = $1 returning o.id, o.mailbox_key, o.recipients, o.attempts`;
const BEGIN_ATTEMPT = `insert into outbox_attempts (outbox_id, attempt, started_at) values ($1, 1, now())`;
const SENT = `update outbox set state = 'sent', sent_at = now(), server_response = '250', version = version + 1 where id = $1`;
const END_CLOCK = `update clocks set state = 'met', ended_at = now(), end_reason = 'answered' where ticket_id = $1`;

describe('migrations while the version before works', () => {
  let database: { url: string; close(): Promise<void> };
  let working = true;
  const slowest = { ms: 0 };

  beforeAll(async () => {
    database = await emptyDatabase();
    expect(await migrate(database.url, MIGRATIONS, isOld)).toEqual(files.filter(isOld).sort());
    const client = await connect();
    await client.query(
      `insert into queues (key, name, private) values ('suporte', 'Suporte', false)`,
    );
    await client.query(
      `insert into mailboxes (key, address, queue_key) values ('suporte', 's@b.test', 'suporte')`,
    );
    await client.query(
      `insert into calendar_versions (name, version, sha256, definition, created_at) values ('c', 1, 'x', '{}', now())`,
    );
    await client.end();
  }, 60_000);
  afterAll(() => database.close());

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return client;
  }

  /** One connection of an old worker: prepared statements that were planned before the migration. Returns its messages. */
  async function oldWorker(number: number): Promise<number> {
    const client = await connect();
    const run = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => {
      const begun = performance.now();
      const { rows } = await client.query({ name: text.slice(0, 60), text, values });
      slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      return rows as Row[];
    };
    const one = async (text: string, values: unknown[]): Promise<string> =>
      (await run<{ id: string }>(text, values))[0]!.id;
    let count = 0;
    const [calendar] = await run<{ id: string }>('select id from calendar_versions limit 1');
    while (working) {
      count += 1;
      const sha256 = randomBytes(32);
      const intake = await transaction(client, async () => {
        await run(RECORD_BLOB, [sha256, Buffer.from('abc')]);
        return one(RECORD_INTAKE, [sha256, number * 1_000_000 + count]);
      });
      const [ticket, mail] = await transaction(client, async () => {
        const opened = await one(OPEN_TICKET, []);
        const message = await one(ADD_MESSAGE, [opened, intake]);
        await run(ATTACH, [message, sha256]);
        await run(START_CLOCK, [opened, message, calendar!.id]);
        const queued = await one(ENQUEUE, [opened, `${opened}@b.test`]);
        await run(FINISH, [intake, opened]);
        return [opened, queued];
      });
      await transaction(client, async () => {
        await run(CLAIM, [mail]);
        await run(BEGIN_ATTEMPT, [mail]);
      });
      await transaction(client, async () => {
        await run(SENT, [mail]);
        await run(END_CLOCK, [ticket]);
      });
    }
    await client.end();
    return count;
  }

  /** As the version before does: after a deadlock the whole transaction runs again. */
  async function transaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await client.query('begin');
      try {
        const result = await work();
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        if ((error as { code?: string }).code !== '40P01') throw error;
      }
    }
  }

  it('D22: old workers write on without an error, nobody waits long, and two starters migrate once', async () => {
    let failed: unknown = null;
    const workers = Promise.all([1, 2, 3].map(oldWorker));
    workers.catch((error: unknown) => (failed = error));
    // A report that somebody left running holds locks: who migrates gives way instead of stopping everybody behind it.
    const reader = await connect();
    await reader.query('begin');
    await reader.query('select count(*) from outbox, clocks, tickets');
    const starters = Promise.all([0, 1].map(() => migrate(database.url, MIGRATIONS)));
    starters.catch((error: unknown) => (failed = error));
    const client = await connect();
    const countNow = async (): Promise<number> => {
      if (failed !== null) throw failed;
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from tickets',
      );
      return rows[0]!.count;
    };
    // Work goes on past at least one time-out of the migration that waits for the reader.
    const from = await countNow();
    const begun = performance.now();
    while (performance.now() - begun < 3_000) await countNow();
    expect(await countNow()).toBeGreaterThan(from + 10);
    await reader.query('commit');
    await reader.end();
    const applied = await starters;
    const after = await countNow();
    while ((await countNow()) < after + 20) await new Promise(setImmediate);
    working = false;
    const counts = await workers;
    await client.end();

    expect(applied.flat().sort()).toEqual(files.filter((name) => !isOld(name)).sort());
    expect(applied.some((names) => names.length === 0)).toBe(true);
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(slowest.ms).toBeLessThan(AT_MOST_MS);
    const check = await connect();
    const { rows } = await check.query(
      `select count(*)::int as done from intake where state = 'done'`,
    );
    expect(rows).toEqual([{ done: counts.reduce((sum, count) => sum + count, 0) }]);
    const invalid = await check.query(
      `select indexrelid::regclass from pg_index where not indisvalid`,
    );
    expect(invalid.rows).toEqual([]);
    await check.end();
  }, 120_000);
});
