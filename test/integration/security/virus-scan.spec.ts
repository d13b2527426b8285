import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { CommandContext } from '../../../src/cli/command.js';
import { CurrentConfig } from '../../../src/config/index.js';
import {
  storageInfected,
  storageRelease,
} from '../../../src/modules/files/cli/storage-infected.js';
import { ScanFiles, SCANNER_ALARM } from '../../../src/modules/files/commands/scan-files.js';
import { BlobStore, FileScans } from '../../../src/modules/files/index.js';
import { VirusScan } from '../../../src/modules/files/virus-scan.js';
import { Alarms } from '../../../src/platform/index.js';
import { EICAR, ScriptedClamd } from '../../support/clamd.js';
import { DESK_YAML, HelpDesk, type Json } from '../tickets/help-desk.js';

let desk: HelpDesk;
let clamd: ScriptedClamd;
let serial = 0;

beforeAll(async () => {
  clamd = await ScriptedClamd.start();
  desk = await HelpDesk.open(
    `${DESK_YAML}\nsecurity: { clamd: { host: 127.0.0.1, port: ${clamd.port}, maxBytes: 300000, timeoutSeconds: 5 } }\n`,
  );
});
afterAll(async () => {
  await desk?.close();
  await clamd?.stop();
});
beforeEach(() => {
  desk.http.clock.advanceMs(3_600_000);
});

const scan = (): Promise<number> => desk.http.app.get(VirusScan, { strict: false }).round();

/** A ticket whose mail brought this file along, with an original of its own. */
async function ticketWith(content: Buffer, contentId: string | null = null): Promise<string> {
  serial += 1;
  const raw = Buffer.from(`Subject: ${serial}\r\n\r\noriginal`);
  const blobs = desk.http.app.get(BlobStore, { strict: false });
  const staged = [await blobs.stage(content), await blobs.stage(raw)];
  const intakeId = await desk.http.database.inTransaction(async (tx) => {
    await blobs.record(tx, staged);
    const [row] = await tx.query<{ id: string }>(
      `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, sha256, received_at, fetched_at, state)
       values ('suporte', 'suporte', 'INBOX', 1, $1, $2, $3, now(), now(), 'stored') returning id`,
      [serial, raw.length, staged[1]!.sha256],
    );
    return row!.id;
  });
  const { ticketId } = await desk.open({
    mail: desk.mail({
      intakeId,
      html: contentId === null ? null : `<p>Oi <img src="cid:${contentId}"></p>`,
      attachments: [
        {
          filename: 'nota fiscal.com',
          mediaType: 'application/octet-stream',
          sizeBytes: content.length,
          sha256: staged[0]!.sha256,
          contentId,
          inline: contentId !== null,
        },
      ],
    }),
  });
  return ticketId;
}

const inbound = async (ticketId: string): Promise<Json> =>
  (await desk.messages(ticketId)).find((message) => message['kind'] === 'inbound')!;
const file = async (ticketId: string): Promise<Json> =>
  (await inbound(ticketId))['attachments'][0] as Json;
const download = async (ticketId: string): Promise<{ status: number; body: Json }> =>
  desk.call(desk.ana, 'get', `/attachments/${(await file(ticketId))['id']}`);
const fresh = (): Buffer => Buffer.from(`conteúdo ${(serial += 1)}`);
const infected = (): Buffer => Buffer.from(`${(serial += 1)} ${EICAR}`);

/** Runs commands against the desk; `said` is what they print as JSON. */
function operator(): { context: CommandContext; said: unknown[] } {
  const said: unknown[] = [];
  const context = {
    get: (type: never) => Promise.resolve(desk.http.app.get(type, { strict: false })),
    output: { result: (value: unknown) => said.push(value) },
  } as unknown as CommandContext;
  return { context, said };
}

describe('the virus scanner (security.clamd)', () => {
  it('a file is held until it was looked at, then given out', async () => {
    const ticketId = await ticketWith(fresh());
    expect(await file(ticketId)).toMatchObject({ caution: 'waiting', held: true });
    expect(await download(ticketId)).toMatchObject({
      status: 403,
      body: { code: 'file_held', detail: 'Anexo retido até a verificação de vírus' },
    });
    const raw = (await inbound(ticketId))['rawUrl'] as string;
    expect((await desk.call(desk.ana, 'get', raw.replace('/api/v1', ''))).status).toBe(403);
    expect(await scan()).toBeGreaterThanOrEqual(2);
    expect(await file(ticketId)).toMatchObject({ caution: null, held: false });
    expect((await download(ticketId)).status).toBe(200);
    expect((await desk.call(desk.ana, 'get', raw.replace('/api/v1', ''))).status).toBe(200);
  });

  it('D22: what holds a virus is held, the ticket goes on, is marked, and says which virus', async () => {
    const ticketId = await ticketWith(infected(), 'logo@a');
    await scan();
    await desk.http.drain();
    expect(await file(ticketId)).toMatchObject({
      caution: 'infected',
      held: true,
      cautionText: 'Anexo retido: vírus Eicar-Test-Signature',
    });
    expect((await download(ticketId)).body['detail']).toBe(
      'Anexo retido: vírus Eicar-Test-Signature',
    );
    expect((await inbound(ticketId))['html']).toContain('data-blocked="missing"');
    const ticket = await desk.ticket(ticketId);
    expect(ticket['status']).toBe('open');
    expect(ticket['marks']).toContain('anexo_com_virus');
    const told = (await desk.messages(ticketId)).filter((message) => message['kind'] === 'event');
    expect(told.map((message) => message['text'])).toEqual([
      'Anexo retido: vírus Eicar-Test-Signature (nota fiscal.com).',
    ]);
  });

  it('the same content on a second ticket is known at once, and the first is not told again', async () => {
    const content = infected();
    const first = await ticketWith(content);
    await scan();
    await desk.http.drain();
    const streams = clamd.streams.length;
    const second = await ticketWith(content);
    await desk.http.drain();
    expect((await file(second))['caution']).toBe('infected');
    expect((await desk.ticket(second))['marks']).toContain('anexo_com_virus');
    const told = (await desk.messages(first)).filter((message) => message['kind'] === 'event');
    expect(told).toHaveLength(1);
    await scan();
    expect(clamd.streams.slice(streams).some((one) => one.equals(content))).toBe(false);
  });

  it('what is held is passed on to nobody; an own upload goes along unless it is known to be bad', async () => {
    const content = infected();
    const ticketId = await ticketWith(content);
    const forward = async (id: unknown): Promise<{ status: number; body: Json }> =>
      desk.call(desk.ana, 'post', `/tickets/${ticketId}/forwards`, {
        text: 'Veja.',
        to: [{ address: 'banco@fora.example', name: '' }],
        attachmentIds: [id],
      });
    expect((await forward((await file(ticketId))['id'])).body).toMatchObject({ code: 'file_held' });
    const upload = async (bytes: Buffer): Promise<unknown> =>
      (
        await desk.http
          .api()
          .post('/api/v1/attachments')
          .set('Authorization', `Bearer ${desk.ana.token}`)
          .attach('file', bytes, 'a.bin')
      ).body.id as unknown;
    expect((await forward(await upload(fresh()))).status).toBe(201);
    await scan();
    expect((await forward(await upload(content))).body).toMatchObject({ code: 'file_held' });
  });

  it('clamd is down: mail still becomes tickets, files wait, the operator is told, and all is made up for', async () => {
    await clamd.stop();
    const alarms = desk.http.app.get(Alarms, { strict: false });
    const ticketId = await ticketWith(fresh());
    expect(await scan()).toBe(0);
    expect((await alarms.open()).map((alarm) => alarm.key)).toContain(SCANNER_ALARM);
    expect((await file(ticketId))['held']).toBe(true);
    await clamd.again();
    expect(await scan()).toBe(0); // its turn comes again after a while
    desk.http.clock.advanceMs(60_000);
    expect(await scan()).toBeGreaterThan(0);
    expect((await file(ticketId))['held']).toBe(false);
    expect((await alarms.open()).map((alarm) => alarm.key)).not.toContain(SCANNER_ALARM);
  });

  it('a scanner that breaks off or talks nonsense gives no verdict', async () => {
    const ticketId = await ticketWith(fresh());
    const before = clamd.answer;
    for (const answer of [undefined, 'stream: Cannot allocate memory ERROR', 'HTTP/1.1 200 OK']) {
      clamd.answer = () => answer;
      await scan();
      expect((await file(ticketId))['caution']).toBe('waiting');
      desk.http.clock.advanceMs(3_600_000);
    }
    clamd.answer = before;
    await scan();
    expect((await file(ticketId))['caution']).toBeNull();
  });

  it('too large for us or for it: not scanned, and held', async () => {
    const ours = await ticketWith(Buffer.alloc(400_000, 'a'));
    clamd.streamMaxBytes = 200_000;
    const its = await ticketWith(Buffer.alloc(250_000, 'b'));
    for (let round = 0; round < 4; round += 1) {
      await scan();
      desk.http.clock.advanceMs(3_600_000);
    }
    clamd.streamMaxBytes = Number.POSITIVE_INFINITY;
    for (const ticketId of [ours, its])
      expect(await file(ticketId)).toMatchObject({ caution: 'too_large', held: true });
    expect(clamd.streams.every((stream) => stream.length <= 300_000)).toBe(true);
  });

  it('one hang-up after failures of another kind is no verdict', async () => {
    const content = Buffer.alloc(250_000, 'c');
    const ticketId = await ticketWith(content);
    const before = clamd.answer;
    for (let round = 0; round < 2; round += 1) {
      clamd.answer = () => 'stream: Cannot allocate memory ERROR';
      await scan();
      desk.http.clock.advanceMs(3_600_000);
    }
    clamd.answer = before;
    clamd.hangUps = 1;
    await scan();
    expect(clamd.hangUps).toBe(0);
    desk.http.clock.advanceMs(3_600_000);
    await scan();
    expect(await file(ticketId)).toMatchObject({ caution: null, held: false });
  });

  it('what is too large is listed with its state, and released by the operator', async () => {
    const content = Buffer.alloc(400_000, 'd');
    const ticketId = await ticketWith(content);
    await scan();
    expect((await download(ticketId)).status).toBe(403);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { context, said } = operator();
    await storageInfected.run(context, { arguments: {}, options: {}, json: true });
    expect(said).toEqual([
      {
        items: expect.arrayContaining([
          expect.objectContaining({ sha256, state: 'too_large', signature: null }),
        ]),
      },
    ]);
    await storageRelease.run(context, {
      arguments: { sha256 },
      options: { reason: 'do nosso próprio sistema' },
      json: true,
    });
    expect((await download(ticketId)).status).toBe(200);
  });

  it('a worker that dies with claimed files leaves them to another; two workers settle each once', async () => {
    const ticketId = await ticketWith(fresh());
    await desk.http.database.query(
      `update blob_scans set not_before = $1, attempts = 1 where state = 'waiting'`,
      [new Date(desk.now.getTime() + 300_000)],
    );
    expect(await scan()).toBe(0);
    desk.http.clock.advanceMs(300_000);
    const work = desk.http.app.get(ScanFiles, { strict: false });
    const [left, right] = await Promise.all([work.run(), work.run()]);
    expect(left + right).toBe(2);
    expect((await file(ticketId))['held']).toBe(false);
  });

  it('content stored before there was a scanner is looked at when nothing newer waits', async () => {
    const content = infected();
    const sha256 = createHash('sha256').update(content).digest();
    const config = desk.http.app.get(CurrentConfig, { strict: false });
    const { clamd: on } = config.get().security;
    delete config.get().security.clamd;
    const ticketId = await ticketWith(content);
    expect(await file(ticketId)).toMatchObject({ caution: null, held: false });
    await scan(); // begins from the start once it is switched on
    config.get().security.clamd = on!;
    expect((await file(ticketId))['caution']).toBe('waiting');
    await scan();
    await desk.http.drain();
    const scans = desk.http.app.get(FileScans, { strict: false });
    expect((await scans.caution(sha256))?.kind).toBe('infected');
    expect((await desk.ticket(ticketId))['marks']).toContain('anexo_com_virus');
  });

  it('`serve` gives out what was not looked at, with a warning, and never a virus; a mistake is released by the operator', async () => {
    const { clamd: settings } = desk.http.app.get(CurrentConfig, { strict: false }).get().security;
    settings!.unscanned = 'serve';
    const content = infected();
    const ticketId = await ticketWith(content);
    expect(await file(ticketId)).toMatchObject({ caution: 'waiting', held: false });
    expect((await download(ticketId)).status).toBe(200);
    await scan();
    expect((await download(ticketId)).status).toBe(403);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { context, said } = operator();
    const typed = {
      arguments: { sha256 },
      options: { reason: 'arquivo de teste nosso' },
      json: true,
    };
    await storageInfected.run(context, typed);
    expect(said).toEqual([
      { items: expect.arrayContaining([expect.objectContaining({ sha256 })]) },
    ]);
    await storageRelease.run(context, typed);
    await expect(storageRelease.run(context, typed)).rejects.toThrow(/held as infected/);
    expect((await download(ticketId)).status).toBe(200);
    settings!.unscanned = 'hold';
  });
});
