import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commandsFor } from '../../../src/cli/registry.js';
import { runProgram } from '../../../src/cli/program.js';
import { readEnvironment } from '../../../src/config/env.js';
import { openPostRoom, type PostRoom } from './post-room.js';

const CONFIG = `
company: { name: Empresa, helpCenterUrl: https://ajuda.empresa.test }
http: { publicUrl: http://127.0.0.1:3000 }
mailboxes:
  suporte:
    address: suporte@empresa.test
    queue: suporte
    imap: { host: 127.0.0.1, port: 1, tls: none, password: x }
    smtp: { host: 127.0.0.1, port: 1, tls: none, password: x }
`;

describe('the operator and outgoing mail', () => {
  let folder: string;
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
    folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-outbox-'));
    writeFileSync(path.join(folder, 'helpdesk.yaml'), CONFIG);
  });
  afterEach(async () => {
    await room.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(line: string): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const { environment, problems } = readEnvironment(
      { DATABASE_URL: room.url, HELPDESK_DATA: path.join(folder, 'data') },
      folder,
    );
    const argv = line.split(' ');
    const code = await runProgram(await commandsFor(argv), argv, {
      environment,
      environmentProblems: problems,
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
    });
    return { code, out, err };
  }

  it('lists states and answers without anybody’s address or subject, retries, corrects, cancels', async () => {
    const failed = await room.enqueue({});
    const queued = await room.enqueue({});
    await room.database.query(
      `update outbox set state = 'failed', recipients = jsonb_set(recipients, '{0,state}', '"failed"') where id = ${failed}`,
    );
    const listed = await run('outbox list --json --state failed');
    expect(listed).toMatchObject({ code: 0, err: '' });
    const { items } = JSON.parse(listed.out) as { items: { id: string; recipients: unknown }[] };
    expect(items).toMatchObject([{ id: failed, recipients: [{ role: 'to', state: 'failed' }] }]);
    expect(listed.out).not.toMatch(/ana@cliente|Meu site/);
    expect((await run('outbox list')).out).toMatch(/id +mailbox +ticket/);

    const corrected = await run(`outbox retry ${failed} --recipient certo@cliente.test`);
    expect(corrected).toMatchObject({ code: 0, out: `Mail ${failed} is queued again.\n` });
    expect(await room.entry(failed)).toMatchObject({
      state: 'queued',
      recipients: [{ address: 'certo@cliente.test' }],
      actions: [{ action: 'corrected', actorKind: 'operator', actorId: null }],
    });
    expect(await run(`outbox cancel ${queued}`)).toMatchObject({ code: 0 });
    const again = await run(`outbox cancel ${queued}`);
    expect(again.code).toBe(2);
    expect(again.err).toContain('Only a mail that has not begun to leave can be cancelled.');
    expect((await run('outbox retry 999')).err).toContain('Not found');
    expect((await run('outbox retry abc')).err).toContain('The id is a number.');
  });

  it('previews templates, and refuses broken ones with file and line', async () => {
    const preview = await run('template preview acknowledgement');
    expect(preview.out).toContain('Assunto: Recebemos o seu chamado');
    expect(preview.out).toContain('https://ajuda.empresa.test');
    const bare = await run('template preview acknowledgement --variant bare');
    expect(bare.out).toContain('Motivo de contato: a classificar');
    expect((await run('template preview reply --variant x')).err).toContain('Known: full, bare.');
    expect((await run('template preview reply --html')).out).toContain('<!doctype html>');
    expect((await run('template preview aknowledgement')).err).toContain(
      'Did you mean acknowledgement?',
    );
    writeFileSync(
      path.join(folder, 'helpdesk.yaml'),
      `${CONFIG}templates: { directory: ${folder} }\n`,
    );
    const file = path.join(folder, 'reply.text.liquid');
    writeFileSync(file, 'Olá\n{{ bodi }}');
    const refused = await run('template preview acknowledgement');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`${file}:2:4: unknown variable "bodi"; did you mean "body"?`);
    const start = await run(`outbox retry ${await room.enqueue({})}`);
    expect(start.err).toContain(`${file}:2:4: unknown variable "bodi"`);
  });
});
