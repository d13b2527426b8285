import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { Dovecot } from '../support/dovecot.js';
import { emptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { SmtpSink } from '../support/smtp-sink.js';

const KEY = 'chave-mestra-de-prova-com-32-ou-mais';

describe('a helpdesk that is lost and restored', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let database: { url: string; close(): Promise<void> };
  let product: Product;

  beforeAll(async () => {
    dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test']);
    sink = await SmtpSink.start();
    database = await emptyDatabase();
    product = await Product.start({
      databaseUrl: database.url,
      dovecot,
      sink,
      extraYaml: `security: { masterKeys: [{ id: '2026', secret: '${KEY}' }] }\nstorage: { encryption: { keyId: '2026' } }`,
    });
  }, 90_000);
  afterAll(async () => {
    await product?.remove();
    await sink?.stop();
    await dovecot?.stop();
    await database?.close();
  });

  const deliver = (who: string, bytes = 100): Promise<void> =>
    dovecot.deliver(
      'suporte@hd.test',
      [
        `From: ${who} <${who}@cliente.test>`,
        'To: suporte@hd.test',
        `Subject: Pedido de ${who}`,
        `Message-ID: <pedido-${who}@cliente.test>`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'Preciso de ajuda.',
        '--b',
        'Content-Type: application/octet-stream',
        'Content-Disposition: attachment; filename=anexo.bin',
        'Content-Transfer-Encoding: base64',
        '',
        randomBytes(bytes).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
        '--b--',
        '',
      ].join('\r\n'),
    );
  const backup = (): string => path.join(product.directory, 'backup.tar');
  const written = (who: string): number =>
    sink.mails.filter(({ recipients }) => recipients.includes(`${who}@cliente.test`)).length;
  async function ask<Row>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(sql)).rows as Row[];
    } finally {
      await client.end();
    }
  }
  const alone = (): Promise<true> =>
    eventually('nobody is connected any more', async () => {
      const others = await ask(
        `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            and backend_type = 'client backend'`,
      );
      return others.length === 0;
    });
  async function restoreAlone(): Promise<void> {
    await alone();
    product.helpdesk(['restore', '--from', backup(), '--replace']);
  }
  const tickets = () =>
    ask<{ id: string; address: string }>(
      'select id, requester_address as address from tickets order by id',
    );

  it('D7 D22: what came since the backup is fetched again, nobody is answered twice, the files open', async () => {
    await deliver('ana', 400_000);
    await eventually('the acknowledgement for Ana', () => written('ana') === 1);
    await eventually('it is recorded', async () => {
      const [row] = await ask<{ count: number }>(
        `select count(*)::int as count from outbox where state = 'sent'`,
      );
      return row!.count === 1;
    });
    const made = JSON.parse(product.helpdesk(['backup', '--to', backup(), '--json'])) as {
      files: { count: number };
      keyIds: string[];
    };
    expect(made.files.count).toBeGreaterThanOrEqual(2);
    expect(made.keyIds).toEqual(['2026']);

    // The helpdesk works on, and then its disk is lost.
    await deliver('bia', 400_000);
    await eventually('the acknowledgement for Bia', () => written('bia') === 1);
    await product.killAll();
    rmSync(path.join(product.directory, 'data/files'), { recursive: true, force: true });
    const lost = await tickets();
    expect(lost.map(({ address }) => address)).toEqual(['ana@cliente.test', 'bia@cliente.test']);
    const lostAt = new Date().toISOString();
    await eventually(
      'a second later: INTERNALDATE has no more',
      () => Date.now() > Date.parse(lostAt) + 1_100,
    );
    await deliver('caio');

    await restoreAlone();
    await product.boot();
    const restored = await eventually('everything is fetched', async () => {
      const found = await tickets();
      return found.length === 3 ? found : false;
    });
    expect(restored[0]).toEqual(lost[0]);
    // The protocol that Bia was told belongs to nobody else now.
    expect(restored.map(({ id }) => id)).not.toContain(lost[1]!.id);
    const verified = JSON.parse(product.helpdesk(['storage', 'verify', '--json'])) as {
      files: number;
      broken: unknown[];
    };
    expect(verified.broken).toEqual([]);
    expect(verified.files).toBeGreaterThanOrEqual(4);

    await deliver('davi');
    await eventually('Davi has a ticket', async () => (await tickets()).length === 4);
    expect(() => product.helpdesk(['automation', 'resume'])).toThrow(/--waiting cancel/);
    expect(
      product.helpdesk(['automation', 'resume', '--waiting', 'cancel', '--until', lostAt]),
    ).toContain('1 automatic mails were cancelled');
    await eventually('those who never had an answer get theirs', () =>
      ['caio', 'davi'].every((who) => written(who) === 1),
    );
    expect(['ana', 'bia'].map(written)).toEqual([1, 1]);
    expect(
      await ask(`select count(*)::int as count from outbox where state = 'cancelled'`),
    ).toEqual([{ count: 1 }]);
  }, 180_000);

  it('D7: after a restore that was killed nothing starts but another restore', async () => {
    await product.killAll();
    await alone();
    const restore = ['restore', '--from', backup(), '--replace'];
    expect(
      await product.endedAt('What the database held is thrown away.', restore, 'SIGKILL'),
    ).toBeNull();
    await expect(product.boot()).rejects.toThrow(/was interrupted: run it again with --replace/);
    for (const command of [['migrate'], ['outbox', 'list'], ['restore', '--settle']]) {
      await alone();
      expect(() => product.helpdesk(command)).toThrow(/was interrupted: run it again/);
    }
    expect(await ask('select 1 from pg_class where relname = $$tickets$$ limit 1')).toEqual([]);
    await restoreAlone();
    await product.boot();
    await eventually('everything is fetched', async () => (await tickets()).length === 4);
    expect(['ana', 'bia', 'caio', 'davi'].map(written)).toEqual([1, 1, 1, 1]);
  }, 120_000);

  it('Ctrl-C ends a backup and a restore, and no copy of anything stays behind', async () => {
    const copies = (): string[] =>
      readdirSync(product.directory).filter((name) => /unfinished|unpacked/.test(name));
    const before = copies();
    const stopped = path.join(product.directory, 'stopped.tar');
    const code = await product.endedAt('tables are copied.', ['backup', '--to', stopped], 'SIGINT');
    // One that was quicker than the signal is whole.
    expect(code).toBe(existsSync(stopped) ? 0 : 2);
    await product.killAll();
    await alone();
    const restore = ['restore', '--from', backup(), '--replace'];
    const restored = await product.endedAt('The backup is whole.', restore, 'SIGINT');
    expect([0, 2]).toContain(restored);
    expect(copies()).toEqual(before);
  }, 60_000);
});
