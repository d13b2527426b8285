import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Server } from 'node:http';
import net from 'node:net';
import { sendLogsTo } from '../../../src/platform/logging.js';
import { limitConnections } from '../../../src/platform/http/connection-limits.js';
import { httpApp, TEST_CONFIG, type HttpApp } from '../../support/http-app.js';

let http: HttpApp;
let token: string;
let port: number;

beforeAll(async () => {
  http = await httpApp(`${TEST_CONFIG}limits: { requestBytes: 20000, attachmentBytes: 50000 }\n`);
  ({ token } = await http.agent({ email: 'ana@empresa.example', queues: ['suporte'] }));
  const server = http.app.getHttpServer() as Server;
  server.removeAllListeners('clientError');
  limitConnections(server, { headersMs: 300, requestMs: 600, checkEveryMs: 50 });
  await http.app.listen(0, '127.0.0.1');
  ({ port } = server.address() as net.AddressInfo);
});

afterAll(() => http?.close());

/** Writes the pieces to a connection of its own and resolves with all that came back when the other side ended it. */
function talk(...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    socket.on('close', () => resolve(heard));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(heard);
      else reject(error);
    });
  });
}

describe('connections that dawdle', () => {
  it('a header that never ends is cut off (slow loris)', async () => {
    const heard = await talk('GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('X-Content-Type-Options: nosniff');
  });

  it('a body that never comes is cut off', async () => {
    const heard = await talk(
      `POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"email":`,
    );
    expect(heard).toMatch(/^(HTTP\/1\.1 (408|400) [\s\S]*)?$/);
  });

  it('others are served meanwhile', async () => {
    const slow = Array.from({ length: 30 }, () => talk('GET / HTTP/1.1\r\nX-Slow: '));
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`);
    expect(answer.status).toBe(200);
    await Promise.all(slow);
  });
});

describe('sizes', () => {
  it('a header beyond 16 KB is 431', async () => {
    const heard = await talk(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(heard).toContain("frame-ancestors 'none'");
  });

  it('more than a hundred headers are 431: what a proxy appends is not crowded out', async () => {
    const crowd = Array.from({ length: 2_100 }, (_, at) => `h${at % 10}:\r\n`).join('');
    const heard = await talk(
      `GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${crowd}X-Forwarded-For: 203.0.113.9\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(heard).not.toContain('helpdesk_');
  });

  it('no HTTP at all is 400 and says nothing', async () => {
    const heard = await talk('EHLO mail.example\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(heard).not.toMatch(/HPE_|Express|Node/);
  });

  it('a JSON body, a form and a file beyond their limits are 413', async () => {
    const api = http.api();
    const json = await api
      .post('/api/v1/session')
      .send({ email: 'a@b.example', password: 'x'.repeat(30_000) });
    const form = await api
      .post('/portal/access')
      .type('form')
      .send({ email: 'x'.repeat(30_000) });
    const file = await api
      .post('/api/v1/attachments')
      .set('Authorization', `Bearer ${token}`)
      .attach('file', Buffer.alloc(60_000), 'a.bin');
    const field = await api.post('/portal/new').field('text', 'x'.repeat(300_000));
    expect([json.status, form.status, file.status, field.status]).toEqual([413, 413, 413, 413]);
  });

  it('deep nesting and many fields end in a refusal, not in a crash', async () => {
    const deep = `{"email":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    const nested = await http.api().post('/api/v1/session').type('json').send(deep);
    expect(nested.status).toBe(422);
    const many = Array.from({ length: 3_000 }, (_, at) => `f${at}=1`).join('&');
    const fields = await http.api().post('/portal/access').type('form').send(many);
    expect(fields.status).toBe(413);
  });
});

describe('damaged multipart', () => {
  const part = (name: string): string => `--abc\r\nContent-Disposition: form-data; name="${name}"`;
  const withBoundary = 'multipart/form-data; boundary=abc';

  it.each([
    ['no boundary', 'multipart/form-data', 'x', 400, /danificado/],
    ['no parts', withBoundary, 'x', 400, /danificado/],
    ['no end', withBoundary, `${part('name')}\r\n\r\nAna`, 400, /danificado/],
    ['an empty header', withBoundary, '--abc\r\n\r\nx\r\n--abc--\r\n', 400, /danificado|campo/],
    [
      'thousands of headers',
      withBoundary,
      `${part('name')}\r\n${'X-A: b\r\n'.repeat(5_000)}\r\nx\r\n--abc--\r\n`,
      400,
      /danificado/,
    ],
    [
      'an endless name',
      withBoundary,
      `${part('n'.repeat(200_000))}\r\n\r\nx\r\n--abc--\r\n`,
      400,
      /danificado/,
    ],
    ['no name', withBoundary, `${part('')}\r\n\r\nx\r\n--abc--\r\n`, 400, /nome de um campo/],
    [
      'thousands of parts',
      withBoundary,
      `${`${part('x')}\r\n\r\ny\r\n`.repeat(5_000)}--abc--\r\n`,
      413,
      /campos demais/,
    ],
  ])('%s is said in words and is no failure of ours', async (_, type, body, status, words) => {
    const logged: string[] = [];
    sendLogsTo((line) => logged.push(line));
    for (const path of ['/api/v1/portal/tickets', '/api/v1/attachments', '/portal/new']) {
      const answer = await http
        .api()
        .post(path)
        .set('Authorization', path.endsWith('attachments') ? `Bearer ${token}` : '')
        .set('Content-Type', type)
        .send(body);
      const said =
        path === '/portal/new' ? answer.text : (answer.body as { detail: string }).detail;
      expect([path, answer.status]).toEqual([path, status]);
      expect(said).toMatch(words);
    }
    expect(logged.filter((line) => line.includes('request failed'))).toEqual([]);
  });
});

describe('prototype pollution', () => {
  const send = (
    body: string,
  ): Promise<{ status: number; body: { code?: string; detail?: string } }> =>
    http
      .api()
      .post('/api/v1/tickets')
      .set('Authorization', `Bearer ${token}`)
      .set('Accept-Language', 'en')
      .type('json')
      .send(body)
      .then((answer) => answer as never);

  it.each([
    ['plain', '{"__proto__":{"admin":true}}', '__proto__'],
    ['written with escapes', '{"\\u005f_proto__":{"admin":true}}', '__proto__'],
    ['deep', '{"requester":{"__proto__":{"admin":true}}}', 'requester.__proto__'],
    ['in a list', '{"tags":[{"__proto__":1}]}', 'tags[0].__proto__'],
  ])('__proto__ %s is 400 with its path', async (_, body, path) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'malformed_request', fields: [{ path }] });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('constructor and prototype are unknown fields; forms and queries change no prototype either', async () => {
    const answer = await send('{"constructor":{"prototype":{"admin":true}}}');
    expect(answer.status).toBe(422);
    const form = await http
      .api()
      .post('/portal/access')
      .type('form')
      .send('__proto__=1&constructor[prototype][admin]=1&email=a%40b.example');
    expect(form.status).toBeLessThan(500);
    const query = await http
      .api()
      .get('/api/v1/tickets?__proto__[admin]=1&__proto__=1')
      .set('Authorization', `Bearer ${token}`);
    expect([400, 422]).toContain(query.status);
    const multipart = await http
      .api()
      .post('/portal/new')
      .field('__proto__[admin]', '1')
      .field('__proto__', '1');
    expect([400, 422]).toContain(multipart.status);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
