import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anotherApp, httpApp, TEST_CONFIG, type HttpApp } from '../../support/http-app.js';

const PASSWORD = 'um segredo bem guardado';
/** How browsers, new and old, say that another site is behind a request. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { 'Sec-Fetch-Site': 'cross-site' },
  { Origin: 'https://evil.example' },
];
let one: HttpApp;
let two: HttpApp;

beforeAll(async () => {
  one = await httpApp();
  two = await anotherApp(one);
  await one.agent({ email: 'ana@empresa.example', queues: ['suporte'], password: PASSWORD });
  await one.agent({ email: 'bia@empresa.example', queues: ['suporte'], password: PASSWORD });
});

afterAll(async () => {
  await two?.close();
  await one?.close();
});

const logIn = (app: HttpApp, email: string, password: string, headers = {}): Promise<Response> =>
  app
    .api()
    .post('/api/v1/session')
    .set(headers)
    .send({ email, password })
    .then((answer) => answer);
const cookieOf = (answer: Response): string =>
  (answer.headers['set-cookie'] as unknown as string[])[0]!.split(';')[0]!;

describe('limits hold across processes that share one database', () => {
  it('guesses at one account spread over two processes count together', async () => {
    for (let at = 0; at < 10; at += 1)
      expect((await logIn(at % 2 === 0 ? one : two, 'ana@empresa.example', 'errado')).status).toBe(
        401,
      );
    for (const app of [one, two]) {
      const refused = await logIn(app, 'ana@empresa.example', PASSWORD);
      expect(refused.body).toMatchObject({ status: 429, code: 'too_many_requests' });
    }
    for (const app of [one, two]) app.clock.advanceMs(900_000);
    expect((await logIn(two, 'ana@empresa.example', PASSWORD)).status).toBe(201);
  });

  it('forms of one machine spread over two processes count together', async () => {
    const send = (app: HttpApp, at: number): Promise<number> =>
      app
        .api()
        .post('/api/v1/portal/tickets')
        .set('X-Forwarded-For', `203.0.113.${at}`)
        .send({
          name: 'Maria',
          email: `maria${at}@cliente.example`,
          reason: 'dominios',
          details: 'Não entro.',
        })
        .then((answer) => answer.status);
    const statuses: number[] = [];
    // Nobody trusts this X-Forwarded-For: a new one each time buys nothing.
    for (let at = 0; at < 12; at += 1) statuses.push(await send(at % 2 === 0 ? one : two, at));
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 201), 429, 429]);
  });
});

describe('limits by address behind a proxy that is believed', () => {
  let behind: HttpApp;
  beforeAll(async () => {
    behind = await httpApp(
      TEST_CONFIG.replace('  cookies:', '  trustedProxies: [loopback]\n  cookies:'),
    );
  });
  afterAll(() => behind?.close());

  it('the addresses of one IPv6 network of 64 bits count together, log-ins as forms', async () => {
    const form = { name: 'Maria', reason: 'dominios', details: 'Não entro.' };
    const guess = (address: string, at: number): Promise<number> =>
      logIn(behind, `nobody${at}@empresa.example`, 'x', { 'X-Forwarded-For': address }).then(
        (answer) => answer.status,
      );
    const send = (address: string, at: number): Promise<number> =>
      behind
        .api()
        .post('/api/v1/portal/tickets')
        .set('X-Forwarded-For', address)
        .send({ ...form, email: `maria${at}@cliente.example` })
        .then((answer) => answer.status);
    for (let at = 0; at < 30; at += 1) expect(await guess(`2001:db8:1:2::${at}`, at)).toBe(401);
    expect(await guess('2001:db8:1:2:ffff::1', 30)).toBe(429);
    expect(await guess('2001:db8:1:3::1', 31)).toBe(401);
    for (let at = 0; at < 10; at += 1) expect(await send(`2001:db8:1:2::${at}`, at)).toBe(201);
    expect(await send('2001:db8:1:2:ffff::1', 10)).toBe(429);
    expect(await send('2001:db8:1:3::1', 11)).toBe(201);
  });
});

describe('sessions', () => {
  it('log-in takes over no session that the browser brought along (fixation)', async () => {
    const planted = 'helpdesk=eWVzLXRoaXMtaXMtYS1wbGFudGVkLXNlY3JldC0xMjM';
    const first = cookieOf(await logIn(one, 'bia@empresa.example', PASSWORD, { Cookie: planted }));
    expect(first).not.toBe(planted);
    expect((await one.api().get('/api/v1/me').set('Cookie', planted)).status).toBe(401);
    const second = cookieOf(await logIn(one, 'bia@empresa.example', PASSWORD, { Cookie: first }));
    expect(second).not.toBe(first);
  });

  it('what one process ends is ended in all', async () => {
    const opened = await logIn(one, 'bia@empresa.example', PASSWORD);
    const cookie = cookieOf(opened);
    expect((await two.api().get('/api/v1/me').set('Cookie', cookie)).status).toBe(200);
    const closed = await one
      .api()
      .delete('/api/v1/session')
      .set('Cookie', cookie)
      .set('X-CSRF-Token', (opened.body as { csrfToken: string }).csrfToken);
    expect(closed.status).toBe(204);
    expect((await two.api().get('/api/v1/me').set('Cookie', cookie)).status).toBe(401);
  });

  it('a change that another site caused is refused, even with the right CSRF token, and so is a log-in', async () => {
    const opened = await logIn(one, 'bia@empresa.example', PASSWORD);
    const change = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      one
        .api()
        .delete('/api/v1/session')
        .set('Cookie', cookieOf(opened))
        .set('X-CSRF-Token', (opened.body as { csrfToken: string }).csrfToken)
        .set(headers)
        .then((answer) => answer);
    for (const headers of FOREIGN) {
      expect((await change(headers)).body).toMatchObject({ status: 403, code: 'csrf_failed' });
      expect((await logIn(one, 'bia@empresa.example', PASSWORD, headers)).status).toBe(403);
    }
    expect((await change({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(204);
  });

  it('the secret of a session is in no answer but the cookie, and in no row', async () => {
    const opened = await logIn(one, 'bia@empresa.example', PASSWORD);
    const secret = cookieOf(opened).split('=')[1]!;
    expect(secret.length).toBeGreaterThanOrEqual(40);
    expect(opened.text).not.toContain(secret);
    const rows = await one.database.query('select s::text from agent_sessions s');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
