import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from '../../../src/cli/program.js';
import { commandsFor } from '../../../src/cli/registry.js';
import { readEnvironment } from '../../../src/config/env.js';
import { emptyDatabase } from '../../support/database.js';

const CONFIG = `
company: { name: Empresa }
http: { publicUrl: https://ajuda.empresa.com.br }
mailboxes:
  suporte:
    address: suporte@empresa.com.br
    queue: suporte
    imap: { host: imap.empresa.com.br, password: "\${PASSWORD}" }
    smtp: { host: smtp.empresa.com.br }
`;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: () => unknown;
}

describe("the operator's tool", () => {
  let folder: string;
  let empty: { url: string; close(): Promise<void> };
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-cli-'));
    empty = await emptyDatabase();
    write(CONFIG);
  });
  afterEach(async () => {
    await empty.close();
    rmSync(folder, { recursive: true });
  });

  const write = (text: string): void => writeFileSync(path.join(folder, 'helpdesk.yaml'), text);

  async function run(line: string, env: Record<string, string> = {}): Promise<Ran> {
    let out = '';
    let err = '';
    const variables = { DATABASE_URL: empty.url, PASSWORD: 'hunter2', ...env };
    const { environment, problems } = readEnvironment(variables, folder);
    const argv = line.split(' ');
    const code = await runProgram(await commandsFor(argv), argv, {
      environment,
      environmentProblems: problems,
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
    });
    return { code, out, err, json: () => JSON.parse(out) as unknown };
  }

  it('config check needs no database and tells of everything at once, variables of the process included', async () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    expect(await run('config check', nowhere)).toMatchObject({ code: 0, err: '' });
    write(CONFIG.replace('queue: suporte', 'queue: nenhuma'));
    const refused = await run('config check --json', { PORT: 'http', PASSWORD: '' });
    expect(refused.code).toBe(2);
    const { ok, problems } = refused.json() as { ok: boolean; problems: { path: string }[] };
    expect(ok).toBe(false);
    expect(problems.map((problem) => problem.path)).toEqual([
      'PORT',
      'mailboxes.suporte.queue',
      'mailboxes.suporte.imap.password',
    ]);
    expect((await run('config check')).out).toContain(
      'helpdesk.yaml:7  mailboxes.suporte.queue: names no queue',
    );
  });

  it('config check reads the mail templates too, from a folder relative to the file, and tells of both in one report', async () => {
    mkdirSync(path.join(folder, 'textos'));
    const template = path.join(folder, 'textos', 'acknowledgement.text.liquid');
    writeFileSync(template, 'Olá\n\n{{ protocolo }}\n');
    write(
      `${CONFIG.replace('queue: suporte', 'queue: nenhuma')}templates: { directory: textos }\n`,
    );
    const both = await run('config check');
    expect(both.code).toBe(2);
    expect(both.out).toContain('helpdesk.yaml:7  mailboxes.suporte.queue: names no queue');
    expect(both.out).toContain(
      `${template}:3  templates: unknown variable "protocolo"; did you mean "protocol"?`,
    );
    write(`${CONFIG}templates: { directory: textos }\n`);
    expect((await run('config check --json')).json()).toMatchObject({
      ok: false,
      problems: [{ path: 'templates', file: template, line: 3 }],
    });
    writeFileSync(template, 'Olá, chamado {{ protocol }}\n');
    expect(await run('config check')).toMatchObject({ code: 0, err: '' });
  });

  it('config apply writes a version, shows the difference beforehand, and says when there is none', async () => {
    expect((await run('config apply')).out).toContain('Version 1 is in force.');
    expect((await run('config apply')).out).toContain('says the same already');
    write(`${CONFIG}limits: { automaticPerTenMinutes: 50 }\n`);
    const dry = await run('config apply --dry-run');
    expect(dry.out).toBe(
      'limits: (not there) → {"automaticPerTenMinutes":50}\nNothing was written; version 1 stays in force.\n',
    );
    expect((await run('config apply --json')).json()).toMatchObject({ version: 2, changed: true });
    const all = await run('config apply --json');
    expect(all.out + dry.out).not.toContain('hunter2');
  });

  it('config apply refuses a wrong file with a report and writes nothing', async () => {
    write(CONFIG.replace('company', 'compani'));
    const refused = await run('config apply --json');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('did you mean company?');
    expect(refused.json()).toEqual({ error: expect.stringContaining('2 problems') });
  });

  it('migrate is safe to repeat', async () => {
    const first = (await run('migrate --json')).json() as { applied: string[] };
    expect(first.applied.length).toBeGreaterThan(5);
    expect((await run('migrate')).out).toBe('The database is up to date.\n');
  });

  it('automation is paused and resumed, for all or for one mailbox, without a running helpdesk', async () => {
    expect(await run('automation pause --mailbox suporte')).toMatchObject({
      code: 2,
      err: expect.stringContaining('config apply'),
    });
    await run('config apply');
    expect((await run('automation pause --reason férias')).out).toContain(
      'Automatic mail of all mailboxes is paused.',
    );
    await run('automation pause --mailbox suporte');
    expect((await run('automation status --json')).json()).toMatchObject({
      pauses: [{ mailboxKey: null, reason: 'férias', pausedBy: 'cli' }, { mailboxKey: 'suporte' }],
    });
    expect((await run('automation resume')).out).toContain('mailbox suporte');
    expect((await run('automation resume --mailbox suporte')).out).toContain(
      'Automatic mail is not paused.',
    );
    expect(await run('automation pause --mailbox nenhuma')).toMatchObject({
      code: 2,
      err: 'There is no such mailbox; there are suporte.\n',
    });
  });

  it('before the first start a command that needs the application applies the file by itself', async () => {
    const created = await run(
      'agent create --email ana@empresa.com.br --name Ana --role agent --queue suporte --json',
    );
    expect(created).toMatchObject({ code: 0, err: '' });
    expect(created.json()).toMatchObject({ email: 'ana@empresa.com.br', queues: ['suporte'] });
    expect((await run('config apply')).out).toContain(
      'Version 1 is in force and says the same already.',
    );
    const wrong = await run(
      'agent create --email bia@empresa.com.br --name Bia --role agent --queue nenhuma',
    );
    expect(wrong.code).toBe(2);
    expect(wrong.err.trim().split('\n')).toHaveLength(1);
  });

  it('every command has --help and --json, and a mistake in the command line is exit code 2', async () => {
    const names = (await commandsFor(['--help'])).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      const help = await run(`${name} --help`);
      expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--json') });
    }
    expect(await run('config chek')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean check?'),
    });
    expect(await run('config apply --wet-run')).toMatchObject({ code: 2 });
    expect(await run('automation pause --mailbox')).toMatchObject({ code: 2 });
  });

  it('an unreachable database is one sentence', async () => {
    const { code, err } = await run('config apply', {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
