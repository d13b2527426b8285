import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from '../../../src/cli/program.js';
import { commandsFor } from '../../../src/cli/registry.js';
import { readEnvironment } from '../../../src/config/env.js';
import { setLogLevel } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const CONFIG = `
company: { name: Empresa }
http: { publicUrl: https://ajuda.empresa.example }
mailboxes:
  suporte:
    address: suporte@empresa.example
    queue: suporte
    imap: { host: imap.empresa.example, password: "\${PASSWORD}" }
    smtp: { host: smtp.empresa.example }
`;

describe("the operator's tool: agents and tokens", () => {
  let folder: string;
  let fresh: FreshDatabase;

  beforeAll(async () => {
    setLogLevel('silent');
    folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-agents-'));
    writeFileSync(path.join(folder, 'helpdesk.yaml'), CONFIG);
    fresh = await freshDatabase();
  });

  afterAll(async () => {
    setLogLevel('info');
    await fresh?.close();
    rmSync(folder, { recursive: true });
  });

  async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const { environment, problems } = readEnvironment(
      { DATABASE_URL: fresh.url, PASSWORD: 'x' },
      folder,
    );
    const code = await runProgram(await commandsFor(argv), argv, {
      environment,
      environmentProblems: problems,
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
    });
    return { code, out, err };
  }

  const create = (
    email: string,
    ...more: string[]
  ): Promise<{ code: number; out: string; err: string }> =>
    run('agent', 'create', '--email', email, '--name', 'Ana Lima', '--role', 'agent', ...more);

  it('creates an agent in queues, lists her, and refuses a second one and unknown queues in one sentence', async () => {
    const made = await create('Ana@empresa.example', '--queue', 'suporte', 'financeiro', '--json');
    expect(made.code).toBe(0);
    expect(JSON.parse(made.out)).toMatchObject({
      email: 'ana@empresa.example',
      queues: ['suporte', 'financeiro'],
    });
    const second = await create('ana@EMPRESA.example');
    expect(second.code).toBe(2);
    expect(second.err).toContain('There is an agent with this e-mail already.');
    const unknown = await create('bia@empresa.example', '--queue', 'nenhuma');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('There is no queue nenhuma');
    const { items } = {
      items: JSON.parse((await run('agent', 'list', '--json')).out) as unknown[],
    };
    expect(items).toMatchObject([
      { email: 'ana@empresa.example', queues: ['financeiro', 'suporte'], hasPassword: false },
    ]);
  });

  it('prints a bearer token alone, keeps its hash only, and revokes it', async () => {
    const { out } = await run('token', 'create', '--agent', 'ana@empresa.example');
    const token = out.trim();
    expect(token).toMatch(/^[\w-]{43}$/);
    const rows = await fresh.database.query<{ id: string; token_sha256: string }>(
      'select id, token_sha256 from agent_tokens',
    );
    expect(rows.map((row) => row.token_sha256)).toEqual([
      createHash('sha256').update(token).digest('hex'),
    ]);
    expect((await run('token', 'list')).out).toContain(rows[0]!.id);
    expect((await run('token', 'revoke', rows[0]!.id)).code).toBe(0);
    expect((await run('token', 'revoke', 'nonsense')).code).toBe(2);
  });

  it('moves an agent between queues and disables her', async () => {
    const moved = await run(
      'agent',
      'queues',
      'ana@empresa.example',
      '--add',
      'produto',
      '--remove',
      'financeiro',
      '--json',
    );
    expect(JSON.parse(moved.out)).toMatchObject({ queues: ['produto', 'suporte'] });
    expect((await run('agent', 'disable', 'ana@empresa.example')).out).toContain('disabled');
    expect((await run('token', 'create', '--agent', 'ana@empresa.example')).code).toBe(2);
    expect((await run('agent', 'disable', 'ninguem@empresa.example')).err).toContain(
      'There is no agent',
    );
  });
});
