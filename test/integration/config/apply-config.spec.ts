import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigFollower } from '../../../src/config/config-follower.js';
import { resolverFor } from '../../../src/config/config.module.js';
import {
  ApplyConfig,
  Automation,
  CurrentConfig,
  parseConfig,
  readConfigFile,
  resolveDocument,
  type LoadedConfig,
} from '../../../src/config/index.js';
import { ConfigVersionsStore } from '../../../src/config/store/config-versions.store.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

const ENV = { PASSWORD: 'hunter2-imap' };

function configText(
  more = '',
  queues = 'suporte: { name: Suporte }, financeiro: { name: Financeiro, private: true }',
): string {
  return `
company: { name: Empresa }
http: { publicUrl: https://ajuda.empresa.com.br }
queues: { ${queues} }
mailboxes:
  suporte:
    address: suporte@empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, password: "\${PASSWORD}" }
    smtp: { host: smtp.empresa.com.br }
${more}`;
}

function load(text: string): LoadedConfig {
  const result = parseConfig(text, { env: ENV, baseDirectory: '/' });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

describe('versions of the configuration', () => {
  let fresh: FreshDatabase;
  let apply: ApplyConfig;
  beforeEach(async () => {
    fresh = await freshDatabase();
    apply = new ApplyConfig(fresh.database, fresh.clock, fresh.wakeups);
  });
  afterEach(() => fresh.close());

  const rows = (sql: string): Promise<Record<string, unknown>[]> => fresh.database.query(sql);

  it('a changed file is a new version, an unchanged one is none, and no secret is stored', async () => {
    expect(await apply.run(load(configText()), 'start')).toMatchObject({
      version: 1,
      changed: true,
    });
    expect(await apply.run(load(configText()), 'start')).toMatchObject({
      version: 1,
      changed: false,
      changes: [],
    });
    const changed = await apply.run(
      load(configText('limits: { automaticPerTenMinutes: 50 }')),
      'cli',
    );
    expect(changed.version).toBe(2);
    expect(changed.changes).toEqual([
      { path: 'limits', before: undefined, after: { automaticPerTenMinutes: 50 } },
    ]);
    const stored = JSON.stringify(await rows('select document from config_versions'));
    expect(stored).toContain('${PASSWORD}');
    expect(stored).not.toContain('hunter2');
  });

  it('keeps the order of the file: it is the order of forms', async () => {
    await apply.run(
      load(
        configText(
          'reasons: { zeta: { label: Z, queue: suporte }, alfa-longo: { label: A, queue: suporte } }',
        ),
      ),
      'cli',
    );
    const newest = await new ConfigVersionsStore().newest(fresh.database);
    expect(Object.keys(newest?.document['reasons'] as object)).toEqual(['zeta', 'alfa-longo']);
  });

  it('mirrors keys to the tables', async () => {
    await apply.run(load(configText()), 'cli');
    expect(await rows('select key, private, retired_at from queues order by key')).toEqual([
      { key: 'financeiro', private: true, retired_at: null },
      { key: 'suporte', private: false, retired_at: null },
    ]);
    expect(await rows('select key, address, queue_key from mailboxes')).toEqual([
      { key: 'suporte', address: 'suporte@empresa.com.br', queue_key: 'suporte' },
    ]);
    expect((await rows(`select label from reasons where key = 'dominios'`))[0]?.['label']).toBe(
      'Domínios',
    );
  });

  it('D20: a queue that vanishes from the file is retired, keeps its name and its privacy, and comes back', async () => {
    await apply.run(load(configText()), 'cli');
    const without = load(configText('', 'suporte: { name: Suporte }'));
    const dry = await apply.dryRun(without);
    expect(dry).toMatchObject({
      version: 1,
      changed: true,
      notes: [expect.stringContaining('Queue financeiro is no longer in the file')],
    });
    const applied = await apply.run(without, 'cli');
    expect(applied.version).toBe(2);
    const newest = await new ConfigVersionsStore().newest(fresh.database);
    const resolved = resolveDocument(newest?.document, { env: ENV, baseDirectory: '/' });
    expect('config' in resolved && resolved.config.queues['financeiro']).toEqual({
      name: 'Financeiro',
      private: true,
      retired: true,
    });
    expect(await rows('select key from queues where retired_at is not null')).toEqual([
      { key: 'financeiro' },
    ]);
    expect(await apply.run(without, 'cli')).toMatchObject({
      version: 2,
      changed: false,
      notes: [],
    });
    await apply.run(load(configText()), 'cli');
    expect(await rows('select key from queues where retired_at is not null')).toEqual([]);
  });

  it('a mailbox that vanishes is retired with a sentence that says how to keep it', async () => {
    const two = configText(
      '  antiga:\n    address: antiga@empresa.com.br\n    queue: suporte\n    imap: { host: h, password: "${PASSWORD}" }\n    smtp: { host: h }\n',
    );
    await apply.run(load(two), 'cli');
    const { notes } = await apply.run(load(configText()), 'cli');
    expect(notes).toEqual([expect.stringContaining('"retired: true"')]);
    expect(await rows('select key from mailboxes where retired_at is not null')).toEqual([
      { key: 'antiga' },
    ]);
  });

  it('two processes that start at once write one version', async () => {
    const loaded = load(configText());
    const results = await Promise.all([1, 2, 3, 4].map(() => apply.run(loaded, 'start')));
    expect(results.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
  });

  describe('followed by a process', () => {
    let env: Record<string, string>;
    let current: CurrentConfig;
    let follower: ConfigFollower;
    beforeEach(async () => {
      env = { ...ENV };
      const loaded = load(configText());
      await apply.run(loaded, 'start');
      current = new CurrentConfig({ version: 1, config: loaded.config });
      follower = new ConfigFollower(
        fresh.database,
        current,
        fresh.alarms,
        fresh.wakeups,
        ({ document }) => resolveDocument(document, { env, baseDirectory: '/' }),
        { pollMs: 50, reReadMs: 60_000 },
      );
    });
    afterEach(() => follower.stop());

    it('comes into force live and tells its listeners', async () => {
      const heard: number[] = [];
      current.onChange(({ version }) => heard.push(version));
      follower.start();
      await apply.run(load(configText('limits: { automaticPerTenMinutes: 50 }')), 'cli');
      await eventually('the new ceiling', () => current.get().limits.automaticPerTenMinutes === 50);
      expect(current.version).toBe(2);
      expect(heard).toEqual([2]);
    });

    it('without a secret on this machine: the old version stays, an alarm says so, and goes when it is set', async () => {
      const text = configText('security: { hmacKeys: [{ id: a, secret: "${LINKS}" }] }');
      const elsewhere = parseConfig(text, {
        env: { ...ENV, LINKS: 'x'.repeat(32) },
        baseDirectory: '/',
      });
      if ('problems' in elsewhere) throw new Error('refused');
      await apply.run(elsewhere, 'cli');
      expect(await follower.look()).toBe(false);
      expect(current.version).toBe(1);
      const [alarm] = await fresh.alarms.open();
      expect(alarm).toMatchObject({ key: 'config.version', severity: 'critical' });
      expect(JSON.stringify(alarm)).toContain('security.hmacKeys[0].secret');
      env['LINKS'] = 'x'.repeat(32);
      expect(await follower.look()).toBe(true);
      expect(await fresh.alarms.open()).toEqual([]);
    });
  });

  describe('secrets that change without a new version', () => {
    let folder: string;
    let file: string;
    let current: CurrentConfig;
    let heard: string[];
    const followers: ConfigFollower[] = [];
    const secret = (name: string, value: string): void =>
      writeFileSync(path.join(folder, name), `${value}\n`);
    const fromFile = (): LoadedConfig => {
      const result = readConfigFile(file, {});
      if ('problems' in result) throw new Error(JSON.stringify(result.problems));
      return result;
    };
    const follow = (reReadMs: number): ConfigFollower => {
      const follower = new ConfigFollower(
        fresh.database,
        current,
        fresh.alarms,
        fresh.wakeups,
        resolverFor({ env: {}, configFile: file }),
        { pollMs: 50, reReadMs },
      );
      followers.push(follower);
      return follower;
    };
    const password = (): string | undefined => current.get().mailboxes['suporte']?.imap.password;
    beforeEach(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-secrets-'));
      file = path.join(folder, 'helpdesk.yaml');
      writeFileSync(file, configText().replace('${PASSWORD}', '${file:imap}'));
      secret('imap', 'old-hunter2');
      const loaded = fromFile();
      await apply.run(loaded, 'start');
      current = new CurrentConfig({ version: 1, config: loaded.config });
      heard = [];
      current.onChange(({ config }) =>
        heard.push(String(config.mailboxes['suporte']?.imap.password)),
      );
    });
    afterEach(async () => {
      await Promise.all(followers.splice(0).map((follower) => follower.stop()));
      rmSync(folder, { recursive: true });
    });

    it('an apply says so, and its own process takes them up at once, under the same version', async () => {
      follow(3_600_000).start();
      secret('imap', 'new-hunter2');
      expect(await apply.dryRun(fromFile())).toMatchObject({ secretsReRead: false });
      expect(await apply.run(fromFile(), 'cli')).toMatchObject({
        version: 1,
        changed: false,
        secretsReRead: true,
      });
      await eventually('the new password', () => password() === 'new-hunter2');
      expect(current.version).toBe(1);
      expect(heard).toEqual(['new-hunter2']);
      const stored = await rows('select document from config_versions');
      expect(stored).toHaveLength(1);
      expect(JSON.stringify(stored)).not.toContain('hunter2');
    });

    it('any process finds them by itself after a while, and tells nobody where nothing changed', async () => {
      const follower = follow(1);
      expect(await follower.look()).toBe(false);
      expect(heard).toEqual([]);
      follower.start();
      secret('imap', 'new-hunter2');
      await eventually('the new password', () => password() === 'new-hunter2');
      await follower.stop();
      expect(heard).toEqual(['new-hunter2']);
    });

    it('a file that vanishes leaves the old secret in force, with an alarm until it is back', async () => {
      const follower = follow(3_600_000);
      rmSync(path.join(folder, 'imap'));
      expect(await follower.look()).toBe(false);
      expect(password()).toBe('old-hunter2');
      const [alarm] = await fresh.alarms.open();
      expect(alarm).toMatchObject({ key: 'config.version', severity: 'critical' });
      expect(JSON.stringify(alarm)).toContain('mailboxes.suporte.imap.password');
      follower.start();
      secret('imap', 'new-hunter2');
      await eventually('the new password', () => password() === 'new-hunter2');
      expect(await fresh.alarms.open()).toEqual([]);
    });

    it('a plain-text secret that is edited and not yet applied changes nothing and alarms nobody', async () => {
      const plain = (value: string): void =>
        writeFileSync(file, configText().replace('"${PASSWORD}"', value));
      plain('plain-hunter2');
      await apply.run(fromFile(), 'cli');
      const follower = follow(3_600_000);
      expect(await follower.look()).toBe(true);
      plain('edited-hunter2');
      expect(await follower.look()).toBe(false);
      expect(password()).toBe('plain-hunter2');
      expect(await fresh.alarms.open()).toEqual([]);
      await apply.run(fromFile(), 'cli');
      expect(await follower.look()).toBe(true);
      expect(password()).toBe('edited-hunter2');
    });
  });
});

describe('pauses of automatic mail', () => {
  let fresh: FreshDatabase;
  let automation: Automation;
  beforeEach(async () => {
    fresh = await freshDatabase();
    await new ApplyConfig(fresh.database, fresh.clock).run(load(configText()), 'start');
    automation = new Automation(fresh.database, fresh.clock, fresh.alarms);
  });
  afterEach(() => fresh.close());

  const openAlarms = (...keys: string[]): Promise<unknown> =>
    eventually(`the alarms ${keys.join()}`, async () => {
      const open = (await fresh.alarms.open()).map(({ key }) => key).sort();
      return open.join() === keys.join();
    });

  it('of one mailbox or of all, with an alarm while they stand', async () => {
    const { database } = fresh;
    const why = { reason: 'ceiling', by: 'system' };
    expect(await automation.isPaused(database, 'suporte')).toBe(false);
    expect(await database.inTransaction((tx) => automation.pause(tx, 'suporte', why))).toBe(true);
    expect(
      await database.inTransaction((tx) =>
        automation.pause(tx, 'suporte', { ...why, reason: 'again' }),
      ),
    ).toBe(false);
    expect(await automation.isPaused(database, 'suporte')).toBe(true);
    await openAlarms('automation.paused.suporte');
    await database.inTransaction((tx) => automation.pause(tx, null, why));
    await openAlarms('automation.paused', 'automation.paused.suporte');
    await database.inTransaction((tx) => automation.resume(tx, 'suporte'));
    expect(await automation.isPaused(database, 'suporte')).toBe(true);
    expect(await automation.list()).toMatchObject([
      { mailboxKey: null, reason: 'ceiling', pausedBy: 'system' },
    ]);
    await database.inTransaction((tx) => automation.resume(tx, null));
    expect(await automation.isPaused(database, 'suporte')).toBe(false);
    expect(await database.inTransaction((tx) => automation.resume(tx, null))).toBe(false);
    await openAlarms();
  });
});
