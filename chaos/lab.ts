import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/launcher/embedded-postgres.js';
import { makeCertificates, type TestCertificates } from '../test/support/certificates.js';
import { Dovecot, DOVECOT_PASSWORD } from '../test/support/dovecot.js';
import { CHECKOUT } from '../test/support/product.js';
import { SmtpSink } from '../test/support/smtp-sink.js';
import { TokenEndpoint } from '../test/support/token-endpoint.js';
import { Proxy } from './proxy.js';

const TEMPLATE = 'chaos_template';

/** The real servers that the product stands on, each behind a proxy; shared by all scenarios of a run. */
export class Lab {
  private worlds = 0;

  private constructor(
    readonly directory: string,
    private server: EmbeddedPostgres,
    readonly dovecot: Dovecot,
    readonly sink: SmtpSink,
    /** Gives out the tokens that Dovecot takes beside passwords. */
    readonly tokens: TokenEndpoint,
    readonly certificates: TestCertificates,
    readonly lines: { readonly postgres: Proxy; readonly imap: Proxy; readonly smtp: Proxy },
  ) {}

  static async open(): Promise<Lab> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-chaos-'));
    const server = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres') });
    const tokens = await TokenEndpoint.start('');
    const dovecot = await Dovecot.start([], { introspectionUrl: `${tokens.url}/introspect` });
    const certificates = makeCertificates();
    const sink = await SmtpSink.start({
      disabledCommands: [],
      cert: readFileSync(certificates.cert),
      key: readFileSync(certificates.key),
    });
    const lab = new Lab(directory, server, dovecot, sink, tokens, certificates, {
      postgres: await Proxy.start(server.port),
      imap: await Proxy.start(dovecot.imapPort),
      smtp: await Proxy.start(sink.port),
    });
    await lab.administer(`create database ${TEMPLATE}`);
    await lab.tool(['migrate'], { DATABASE_URL: lab.direct(TEMPLATE) });
    return lab;
  }

  /** A fresh, migrated database; its address through the proxy and past it. */
  async database(): Promise<{ name: string; url: string; direct: string }> {
    this.worlds += 1;
    const name = `chaos_${this.worlds}`;
    await this.administer(`create database ${name} template ${TEMPLATE} strategy file_copy`);
    const url = new URL(this.direct(name));
    url.port = String(this.lines.postgres.port);
    return { name, url: url.href, direct: this.direct(name) };
  }

  /** The database server dies as by a power cut of its machine, and is started again. */
  async crashPostgres(): Promise<void> {
    const [cluster] = readdirSync(path.join(this.directory, 'postgres'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('postmaster.pid'));
    if (cluster === undefined) throw new Error('PostgreSQL does not run');
    const pid = Number(
      readFileSync(path.join(this.directory, 'postgres', cluster), 'utf8').split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await this.server.gone;
    await this.restartPostgres();
  }

  /** As an operator restarts it: connections are ended, the server closes cleanly and comes back. */
  async restartPostgres(): Promise<void> {
    await this.server.stop();
    this.server = await startEmbeddedPostgres({ directory: path.join(this.directory, 'postgres') });
    this.lines.postgres.targetPort = this.server.port;
  }

  /** The operator's tool with this environment; its standard output. */
  async tool(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    input = '',
    allowed: readonly number[] = [0],
  ): Promise<string> {
    const child = spawn(process.execPath, [path.join(CHECKOUT, 'dist/src/cli/main.js'), ...args], {
      cwd: CHECKOUT,
      env: {
        PATH: process.env['PATH'],
        HOME: this.directory,
        MAIL_PASSWORD: DOVECOT_PASSWORD,
        LOG_LEVEL: 'error',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const code = child.exitCode ?? (await once(child, 'close'))[0];
    if (!allowed.includes(Number(code)))
      throw new Error(`helpdesk ${args.join(' ')} ended with ${String(code)}:\n${out}${errors}`);
    return out;
  }

  /** An empty folder of a world of its own. */
  folder(name: string): string {
    const folder = path.join(this.directory, name);
    mkdirSync(path.join(folder, 'data'), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, 'clock'), '0');
    return folder;
  }

  direct(name: string): string {
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async drop(name: string): Promise<void> {
    await this.administer(`drop database if exists ${name} with (force)`);
  }

  /** Puts a database, which nobody may be connected to, on the disk in this folder; `dropTablespace` once it is gone. */
  async moveDatabase(name: string, folder: string): Promise<void> {
    await this.administer(`create tablespace small_disk location '${folder}'`);
    await this.administer(`alter database ${name} set tablespace small_disk`);
  }

  async dropTablespace(): Promise<void> {
    await this.administer('drop tablespace if exists small_disk');
  }

  async close(): Promise<void> {
    for (const line of Object.values(this.lines)) await line.stop();
    await this.sink.stop();
    await this.dovecot.stop();
    await this.tokens.stop();
    this.certificates.remove();
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async administer(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.direct('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}
