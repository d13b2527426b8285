import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { OperatorContext } from '../../src/cli/operator-context.js';
import { readEnvironment } from '../../src/config/env.js';
import { startEmbeddedPostgres } from '../../src/launcher/embedded-postgres.js';

const YAML = `
company: { name: Empresa de Exemplo, domains: [hd.example] }
http: { publicUrl: 'http://127.0.0.1:3000' }
mailboxes:
  suporte:
    address: suporte@hd.example
    queue: suporte
    imap: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: none }
    smtp: { host: 127.0.0.1, port: 1, tls: none, user: suporte, password: none }
`;

/** The wired product on a fresh database of its own, without HTTP and without background work: nothing is sent. */
export class CorpusDesk {
  private constructor(
    private readonly context: OperatorContext,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  /** On a new database of the server at DATABASE_URL, else on the embedded PostgreSQL in a temporary folder. */
  static async open(): Promise<CorpusDesk> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-corpus-'));
    mkdirSync(path.join(directory, 'data'), { mode: 0o700 });
    writeFileSync(path.join(directory, 'helpdesk.yaml'), YAML);
    const { url, close } = await freshDatabase(path.join(directory, 'postgres'));
    const { environment } = readEnvironment({
      ...process.env,
      HELPDESK_CONFIG: path.join(directory, 'helpdesk.yaml'),
      HELPDESK_DATA: path.join(directory, 'data'),
      DATABASE_URL: url,
    });
    const silent = { result: () => undefined, say: () => undefined };
    return new CorpusDesk(new OperatorContext(environment, [], silent), async () => {
      await close();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  get<Provider>(type: abstract new (...args: never[]) => Provider): Promise<Provider> {
    return this.context.get(type);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.cleanUp();
  }
}

async function freshDatabase(
  directory: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = process.env['DATABASE_URL'] ?? '';
  if (server === '') {
    const embedded = await startEmbeddedPostgres({ directory });
    return { url: embedded.url, close: () => embedded.stop() };
  }
  const name = `corpus_${process.pid}_${randomBytes(4).toString('hex')}`;
  await administer(server, `create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    close: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
