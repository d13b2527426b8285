import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from '../../../src/cli/program.js';
import { commandsFor } from '../../../src/cli/registry.js';
import { readEnvironment } from '../../../src/config/env.js';
import { BlobStore } from '../../../src/modules/files/index.js';
import { TEST_SECRETS } from '../../support/http-app.js';
import { HelpDesk, type Json } from '../tickets/help-desk.js';

describe('the operator exports tickets', () => {
  let desk: HelpDesk;
  let folder: string;
  let open: string;
  let secret: string;
  const file = Buffer.from('conteúdo do anexo');

  beforeAll(async () => {
    desk = await HelpDesk.open();
    folder = mkdtempSync(path.join(os.tmpdir(), 'helpdesk-export-'));
    const blobs = desk.http.app.get(BlobStore, { strict: false });
    const staged = await blobs.stage(file);
    await desk.http.database.inTransaction((tx) => blobs.record(tx, [staged]));
    const attachment = {
      filename: 'anexo.txt',
      mediaType: 'text/plain',
      sizeBytes: staged.sizeBytes,
      sha256: staged.sha256,
      contentId: null,
      inline: false,
    };
    secret = (await desk.openFinance({ mail: desk.mail({ subject: 'Boleto confidencial' }) }))
      .ticketId;
    const mail = desk.mail({ subject: 'Página', attachments: [attachment, attachment] });
    open = (await desk.open({ mail })).ticketId;
    await desk.http.database.query(
      'update tickets set twin_group = least($1::bigint, $2::bigint) where id in ($1, $2)',
      [open, secret],
    );
    await desk.http.database.query(
      `insert into feedback (ticket_id, score, comment, created_at, updated_at) values ($1, 4, 'Bom', now(), now())`,
      [open],
    );
    // More than a page, in one instant: pages end between them all the same.
    for (let n = 0; n < 120; n += 1) await desk.make.ticket({ queue: 'produto' });
    await desk.http.database.query(
      `insert into messages (ticket_id, kind, author_kind, body_text, created_at)
       select $1, 'note', 'agent', 'n' || n, '2026-11-05T14:00:00.123456Z' from generate_series(1, 130) n`,
      [open],
    );
  });
  afterAll(async () => {
    await desk?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: string[][] = [[], []];
    const { environment, problems } = readEnvironment(
      { ...TEST_SECRETS, DATABASE_URL: desk.http.fresh.url, HELPDESK_DATA: `${folder}/data` },
      folder,
    );
    const code = await runProgram(await commandsFor(argv), argv, {
      environment,
      environmentProblems: problems,
      stdout: (text) => void out!.push(text),
      stderr: (text) => void err!.push(text),
    });
    return { code, out: out!.join(''), err: err!.join('') };
  }

  const lines = (name: string, of: string): Json[] =>
    readFileSync(path.join(folder, name, `${of}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json);

  it('writes what the API shows, each file once, and sums that anybody can check', async () => {
    const { code, out, err } = await run('export', '--to', path.join(folder, 'all'), '--json');
    expect([code, err]).toEqual([0, '']);
    const { counts } = JSON.parse(out) as Json;
    expect(counts).toMatchObject({ tickets: 121, attachments: 1, feedback: 1, unreadable: 0 });
    const ticket = lines('all', 'tickets').find((one) => one['protocol'] === open);
    // The desk's clock stands still, the command's does not.
    const { deadline, ...shown } = await desk.ticket(open);
    expect(ticket).toMatchObject({ ...shown, deadline: { dueAt: deadline.dueAt } });
    const messages = lines('all', 'messages').filter((one) => one['protocol'] === open);
    expect(messages.filter((one) => one['kind'] === 'note')).toHaveLength(130);
    expect(new Set(messages.map((one) => one['id'])).size).toBe(messages.length);
    const [first] = messages.filter((one) => one['kind'] === 'inbound');
    const { body } = await desk.call(desk.ana, 'get', `/tickets/${open}/messages`);
    expect(first).toMatchObject(
      (body as { items: object[] }).items.find((one: Json) => one['id'] === first!['id'])!,
    );
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(first!['files'][0]).toMatchObject({
      sha256,
      path: `attachments/${sha256.slice(0, 2)}/${sha256}`,
    });
    expect(readFileSync(path.join(folder, 'all', first!['files'][1].path))).toEqual(file);
    const deadlines = lines('all', 'deadlines').filter((one) => one['protocol'] === open);
    expect(deadlines.map((one) => one['kind'])).toEqual(['first_return']);
    expect(lines('all', 'feedback')).toMatchObject([{ protocol: open, score: 4, comment: 'Bom' }]);
    expect(lines('all', 'history').some((one) => one['protocol'] === open)).toBe(true);
    const sums = readFileSync(path.join(folder, 'all', 'SHA256SUMS'), 'utf8')
      .trimEnd()
      .split('\n');
    for (const line of sums) {
      const [sum, name] = line.split('  ');
      const bytes = readFileSync(path.join(folder, 'all', name!));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
    }
    expect(sums).toHaveLength(7);
    expect(statSync(path.join(folder, 'all')).mode & 0o077).toBe(0);
  });

  it('D20: private queues are left out, and links to their tickets have no number', async () => {
    await run('export', '--to', path.join(folder, 'public'));
    const everything = readdirSync(path.join(folder, 'public'))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(path.join(folder, 'public', name), 'utf8'))
      .join('');
    expect(everything).not.toContain('confidencial');
    expect(everything).not.toContain(secret);
    expect(everything).toContain('chamado em fila restrita');
    const byNumber = await run('export', '--to', path.join(folder, 'one'), '--ticket', secret);
    expect(byNumber.code).toBe(2);
    expect(existsSync(path.join(folder, 'one'))).toBe(false);
    expect(existsSync(path.join(folder, 'one.partial'))).toBe(false);
  });

  it('D20: a private queue that is named needs a reason, which its tickets keep', async () => {
    const to = path.join(folder, 'finance');
    const refused = await run('export', '--to', to, '--queue', 'financeiro');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--reason');
    const why = 'pedido da auditoria';
    expect((await run('export', '--to', to, '--queue', 'financeiro', '--reason', why)).code).toBe(
      0,
    );
    expect(lines('finance', 'tickets').map((one) => one['protocol'])).toEqual([secret]);
    expect(lines('finance', 'tickets')[0]!['twins'][0]).toMatchObject({ protocol: open });
    const { body } = await desk.call(desk.fabio, 'get', `/tickets/${secret}/history`);
    expect((body as { items: Json[] }).items.at(-1)).toMatchObject({
      actorKind: 'operator',
      action: 'broke_glass',
      after: { reason: why },
    });
    expect((await desk.messages(secret, desk.fabio)).at(-1)!['text']).toContain(why);
    // Nobody else's tickets say so.
    const { body: other } = await desk.call(desk.ana, 'get', `/tickets/${open}/history`);
    expect(JSON.stringify(other)).not.toContain('broke_glass');
  });

  it('takes single tickets and days, and never a folder that is there', async () => {
    const one = path.join(folder, 'single');
    expect((await run('export', '--to', one, '--ticket', open)).code).toBe(0);
    expect(lines('single', 'tickets')).toHaveLength(1);
    expect((await run('export', '--to', one, '--ticket', open)).err).toContain('is there already');
    for (const [day, tickets] of [
      ['2026-11-04', 0],
      ['2026-11-05', 121],
      ['2026-11-06', 0],
    ] as const) {
      const days = path.join(folder, day);
      expect((await run('export', '--to', days, '--from', day, '--to-day', day)).code).toBe(0);
      expect(lines(day, 'tickets')).toHaveLength(tickets);
    }
    const wrong = await run('export', '--to', path.join(folder, 'x'), '--from', '2026-02-30');
    expect(wrong.code).toBe(2);
  });
});
