import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import net, { type AddressInfo } from 'node:net';
import type { Response } from 'supertest';
import { SignedLinks } from '../../../src/platform/index.js';
import { eventually } from '../../support/eventually.js';
import { httpApp, TEST_CONFIG, type HttpApp } from '../../support/http-app.js';

const FORM = {
  name: 'Ana Souza',
  email: 'ana@cliente.example',
  reason: 'dominios',
  details: 'Não consigo publicar.',
};
/** Beyond what PostgreSQL keeps itself: becomes a file before the form is looked at. */
const LARGE = Buffer.alloc(300_000, 'x');

let directory: string;
let http: HttpApp;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'helpdesk-refused-'));
  const limits = '{ attachmentBytes: 400000, formSubmissionsPerHour: 2 }';
  http = await httpApp(`${TEST_CONFIG}storage: { directory: ${directory} }\nlimits: ${limits}\n`);
});
afterAll(async () => {
  await http?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Under their hash, or still on their way there. */
const files = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const kept = async (): Promise<number> => (await files()).length;

async function send(path: string, fields: object, sent: readonly Buffer[]): Promise<Response> {
  const request = http.api().post(path);
  for (const [field, value] of Object.entries(fields)) request.field(field, String(value));
  for (const file of sent) request.attach('attachments', file, { filename: 'nota.pdf' });
  return request;
}

describe('files of refused forms leave the store with the refusal', () => {
  it('a form that is taken keeps its files', async () => {
    const answer = await send('/api/v1/portal/tickets', FORM, [LARGE]);
    expect([answer.status, await kept()]).toEqual([201, 1]);
  });

  it.each([
    ['wrong fields', '/api/v1/portal/tickets', { ...FORM, email: 'x' }, [LARGE, LARGE], 422],
    ['wrong fields, as a page', '/portal/new', { ...FORM, reason: '' }, [LARGE, LARGE], 422],
    ['an unknown reason', '/portal/new', { ...FORM, reason: 'nenhum' }, [LARGE], 422],
    ['too many files', '/api/v1/portal/tickets', FORM, Array.from({ length: 6 }, () => LARGE), 413],
    ['one file too large', '/portal/new', FORM, [LARGE, Buffer.alloc(500_000)], 413],
  ])('%s', async (_what, path, fields, sent, status) => {
    const before = await kept();
    http.clock.advanceMs(3_600_000);
    const answer = await send(path, fields, sent);
    expect([answer.status, await kept()]).toEqual([status, before]);
  });

  it('too many forms', async () => {
    http.clock.advanceMs(3_600_000);
    const before = await kept();
    for (let at = 0; at < 2; at += 1)
      expect((await send('/api/v1/portal/tickets', FORM, [])).status).toBe(201);
    expect((await send('/api/v1/portal/tickets', FORM, [LARGE])).status).toBe(429);
    expect(await kept()).toBe(before);
  });

  it('a comment on a ticket that is not there', async () => {
    http.clock.advanceMs(3_600_000);
    const before = await kept();
    const links = http.app.get(SignedLinks, { strict: false });
    const token = links.sign('portal', 'eva@cliente.example', 1);
    const path = '/portal/ticket/9999999';
    expect((await send(path, { token, text: 'Olá' }, [LARGE])).status).toBe(404);
    expect((await send(path, { token, text: '' }, [LARGE])).status).toBeGreaterThan(400);
    expect(await kept()).toBe(before);
  });

  it('a form whose sender hangs up on the way', async () => {
    const before = await kept();
    await http.app.listen(0, '127.0.0.1');
    const { port } = http.app.getHttpServer().address() as AddressInfo;
    const socket = net.connect(port, '127.0.0.1');
    const part = 'Content-Disposition: form-data; name="attachments"; filename="nota.pdf"';
    socket.write(
      `POST /api/v1/portal/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n` +
        `Content-Type: multipart/form-data; boundary=abc\r\n\r\n` +
        `--abc\r\n${part}\r\n\r\n${LARGE.toString()}\r\n--abc\r\n${part}\r\n\r\nx`,
    );
    await eventually('the first file is complete', async () => {
      const complete = (await files()).filter((name) => /^[0-9a-f]{64}-/.test(name));
      return complete.length > before;
    });
    socket.destroy();
    await eventually('nothing of it is left', async () => (await kept()) === before);
  });
});
