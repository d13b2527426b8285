import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from '../../../src/cli/program.js';
import { commandsFor } from '../../../src/cli/registry.js';
import { readEnvironment } from '../../../src/config/env.js';
import { freshDatabase } from '../../support/database.js';

const CONFIG = `
company: { name: Empresa }
http: { publicUrl: http://127.0.0.1:3000 }
mailboxes:
  suporte:
    address: suporte@empresa.test
    queue: suporte
    imap: { host: 127.0.0.1, port: 1, tls: none, password: x }
    smtp: { host: 127.0.0.1, port: 1, tls: none, password: x }
`;

describe('the operator and contact reasons', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
    folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-reasons-'));
    const lines = [
      { reason: 'financeiro', subject: 'Boleto', text: 'não recebi o boleto deste mês' },
      { reason: 'dominios', subject: 'DNS', text: 'meu domínio não aponta' },
      { reason: 'none', subject: 'oi', text: 'bom dia, tudo bem?' },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    writeFileSync(path.join(folder, 'labelled.jsonl'), text);
    writeFileSync(path.join(folder, 'wrong.jsonl'), '{"reason":"nada","subject":"","text":""}');
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  async function run(line: string): Promise<{ code: number; out: string; err: string }> {
    const [stdout, stderr]: string[][] = [[], []];
    const { environment, problems } = readEnvironment(
      { DATABASE_URL: database.url, HELPDESK_DATA: path.join(folder, 'data') },
      folder,
    );
    const argv = line.split(' ');
    const code = await runProgram(await commandsFor(argv), argv, {
      environment,
      environmentProblems: problems,
      stdout: (text) => void stdout!.push(text),
      stderr: (text) => void stderr!.push(text),
    });
    return { code, out: stdout!.join(''), err: stderr!.join('') };
  }

  it('judges a file without a configuration or a database, against the clue rules alone', async () => {
    const file = path.join(folder, 'labelled.jsonl');
    const { code, out } = await run(`reasons evaluate --test ${file} --json`);
    expect(code).toBe(0);
    const figures = { right: { right: 2, of: 2, share: 1 }, overall: { right: 3, of: 3 } };
    expect(JSON.parse(out)).toMatchObject({ together: figures, cluesAlone: figures });
    const table = await run(`reasons evaluate --test ${file}`);
    expect(table.out).toContain('100.0 % [34.2–100.0] right of 2 filed');
  });

  it('names the line that is wrong', async () => {
    const { code, err } = await run(`reasons evaluate --test ${path.join(folder, 'wrong.jsonl')}`);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('line 1: there is no reason "nada"'),
    });
  });

  it('has nothing to evaluate or refile before the first ticket', async () => {
    writeFileSync(path.join(folder, 'helpdesk.yaml'), CONFIG);
    expect(await run('reasons evaluate')).toMatchObject({
      code: 2,
      err: expect.stringContaining('No agent has set a reason'),
    });
    const { code, out } = await run('reasons refile --dry-run --move --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      dryRun: true,
      examined: 0,
      changed: 0,
      moved: 0,
      changes: [],
    });
    expect(await run('reasons refile --from leads --to nada')).toMatchObject({
      code: 2,
      err: '"nada" is not a reason in use.\n',
    });
    expect((await run('reasons refile --since ontem')).code).toBe(2);
  });
});
