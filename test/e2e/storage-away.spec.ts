import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Dovecot } from '../support/dovecot.js';
import { emptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { SmtpSink } from '../support/smtp-sink.js';
import { Swift } from '../support/swift.js';

describe('a store of files that is away', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let swift: Swift;
  let database: { url: string; close(): Promise<void> };
  let product: Product;
  let db: pg.Client;

  beforeAll(async () => {
    [dovecot, sink, swift, database] = await Promise.all([
      Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']),
      SmtpSink.start(),
      Swift.start(),
      emptyDatabase(),
    ]);
    const bucket = await eventually('the store takes a bucket', () =>
      swift.bucket('helpdesk').catch(() => null),
    );
    db = new pg.Client({ connectionString: database.url });
    await db.connect();
    product = await Product.start({
      databaseUrl: database.url,
      dovecot,
      sink,
      extraYaml: `storage: { store: s3, s3: { endpoint: '${bucket.endpoint!}', bucket: helpdesk, accessKeyId: '${bucket.accessKeyId!}', secretAccessKey: '${bucket.secretAccessKey!}' } }`,
    });
  }, 120_000);
  afterAll(async () => {
    await product?.remove();
    await swift?.stop();
    await sink?.stop();
    await dovecot?.stop();
    await db?.end();
    await database?.close();
  });

  const deliver = (mailbox: string, who: string, attachment: Buffer): Promise<void> =>
    dovecot.deliver(
      `${mailbox}@hd.test`,
      `From: ${who}@cliente.test
To: ${mailbox}@hd.test
Subject: Pedido de ${who}
Message-ID: <pedido-${who}@cliente.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

Preciso de ajuda.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename=anexo.bin
Content-Transfer-Encoding: base64

${attachment.toString('base64').replaceAll(/.{76}/g, '$&\n')}
--b--
`.replaceAll('\n', '\r\n'),
    );
  const count = async (sql: string): Promise<number> =>
    Number((await db.query<{ count: string }>(`select count(*) from ${sql}`)).rows[0]!.count);
  const alarmed = async (): Promise<boolean> =>
    (await count(`alarms where key = 'storage.unreachable' and cleared_at is null`)) === 1;

  it('D22: large mail waits on its server and comes once the store is back; nobody else waits for it', async () => {
    const agent = product.agent('ana@hd.test', ['suporte', 'financeiro']);
    await deliver('suporte', 'antes', randomBytes(400_000));
    await eventually('the first has a ticket', async () => (await count('tickets')) === 1);
    await swift.kill();
    const attachment = randomBytes(400_000);
    await deliver('suporte', 'durante', attachment);
    await eventually('the operator is told', alarmed, 60_000);
    await deliver('financeiro', 'pequeno', randomBytes(100));
    await eventually('the other mailbox works on', async () => (await count('tickets')) === 2);
    // What the operator reads names the store and what it answered.
    await eventually(
      'the mailbox says why it waits',
      async () =>
        (await count(
          `mailbox_states where state = 'failing' and last_error like '%Stored files cannot be written or read%ECONNREFUSED%'`,
        )) === 1,
    );
    expect(await count(`intake where state = 'quarantined'`)).toBe(0);
    await swift.boot();
    await eventually(
      'the large one has a ticket',
      async () => (await count('tickets')) === 3,
      60_000,
    );
    expect(await count(`intake where disposition = 'ticket_opened'`)).toBe(3);
    expect(await count('intake')).toBe(3);

    const { rows } = await db.query<{ id: string }>(
      `select a.id from attachments a join messages m on m.id = a.message_id join tickets t on t.id = m.ticket_id
        where t.subject = 'Pedido de durante'`,
    );
    const file = await fetch(`${product.url}/api/v1/attachments/${rows[0]!.id}`, {
      headers: { authorization: `Bearer ${agent.token}` },
    });
    expect(Buffer.from(await file.arrayBuffer()).equals(attachment)).toBe(true);
    const verified = JSON.parse(product.helpdesk(['storage', 'verify', '--json'])) as {
      files: number;
      broken: unknown[];
    };
    expect(verified).toMatchObject({ broken: [] });
    expect(verified.files).toBeGreaterThanOrEqual(4);
    const tool = (...args: string[]): unknown =>
      JSON.parse(product.helpdesk(['storage', ...args, '--json']));
    expect(tool('gc', '--dry-run')).toMatchObject({ dryRun: true, rows: 0, files: 0 });
    expect(tool('copy', '--to', 'folder')).toMatchObject({ copied: verified.files, missing: [] });
  }, 180_000);
});
