import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Agents } from '../../../src/modules/agents/index.js';
import { httpApp, TEST_CONFIG, type HttpApp } from '../../support/http-app.js';

let http: HttpApp;
const PASSWORD = 'um segredo bem guardado';

beforeAll(async () => {
  http = await httpApp();
  await http.agent({ email: 'ana@empresa.example', queues: ['suporte'], password: PASSWORD });
});

afterAll(() => http?.close());

const logIn = (email: string, password: string): Promise<Response> =>
  http
    .api()
    .post('/api/v1/session')
    .send({ email, password })
    .then((answer) => answer);

const cookieOf = (answer: Response): string =>
  (answer.headers['set-cookie'] as unknown as string[] | undefined)?.[0] ?? '';

async function session(): Promise<{ cookie: string; csrf: string }> {
  const answer = await logIn('Ana@Empresa.example', PASSWORD);
  expect(answer.status).toBe(201);
  return {
    cookie: cookieOf(answer).split(';')[0]!,
    csrf: (answer.body as { csrfToken: string }).csrfToken,
  };
}

describe('session', () => {
  it('opens by e-mail in any case and says who I am and what I may see', async () => {
    const { cookie, csrf } = await session();
    const me = await http.api().get('/api/v1/me').set('Cookie', cookie);
    expect(me.body).toMatchObject({
      email: 'ana@empresa.example',
      role: 'agent',
      queues: [{ key: 'suporte', supervisor: false }],
      csrfToken: csrf,
    });
  });

  it('keeps its cookie from scripts and other sites', async () => {
    const cookie = cookieOf(await logIn('ana@empresa.example', PASSWORD));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toMatch(/Path=\//);
  });

  it('stores only hashes', async () => {
    const { cookie } = await session();
    const secret = cookie.split('=')[1];
    const rows = await http.database.query('select * from agent_sessions');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('changes nothing by cookie without the CSRF token', async () => {
    const { cookie, csrf } = await session();
    const without = await http.api().delete('/api/v1/session').set('Cookie', cookie);
    expect(without.body).toMatchObject({ status: 403, code: 'csrf_failed' });
    const wrong = http
      .api()
      .delete('/api/v1/session')
      .set('Cookie', cookie)
      .set('X-CSRF-Token', `${csrf}x`);
    expect((await wrong).status).toBe(403);
    const right = http
      .api()
      .delete('/api/v1/session')
      .set('Cookie', cookie)
      .set('X-CSRF-Token', csrf);
    expect((await right).status).toBe(204);
    expect((await http.api().get('/api/v1/me').set('Cookie', cookie)).status).toBe(401);
  });

  it('ends when idle, and at the latest after its lifetime', async () => {
    const { cookie } = await session();
    const me = (): Promise<Response> =>
      http
        .api()
        .get('/api/v1/me')
        .set('Cookie', cookie)
        .then((answer) => answer);
    const began = http.clock.now();
    http.clock.advanceMs(11 * 3_600_000);
    expect((await me()).status).toBe(200);
    http.clock.advanceMs(11 * 3_600_000);
    expect((await me()).status).toBe(200); // use moved the idle end
    http.clock.advanceMs(12 * 3_600_000 + 1);
    expect((await me()).status).toBe(401);
    http.clock.set(began);
    const long = await session();
    for (let hours = 0; hours < 167; hours += 8) {
      http.clock.advanceMs(8 * 3_600_000);
      await http.api().get('/api/v1/me').set('Cookie', long.cookie);
    }
    expect((await http.api().get('/api/v1/me').set('Cookie', long.cookie)).status).toBe(401);
    http.clock.set(began);
  });

  it('is ended by a new password and by disabling', async () => {
    const agents = http.app.get(Agents, { strict: false });
    const bia = await http.agent({ email: 'bia@empresa.example', password: PASSWORD });
    const cookie = cookieOf(await logIn('bia@empresa.example', PASSWORD)).split(';')[0]!;
    await agents.setPassword(bia.agentId, 'outro segredo guardado');
    expect((await http.api().get('/api/v1/me').set('Cookie', cookie)).status).toBe(401);
    const bearer = (): Promise<Response> =>
      http
        .api()
        .get('/api/v1/me')
        .set('Authorization', `Bearer ${bia.token}`)
        .then((answer) => answer);
    expect((await bearer()).status).toBe(200);
    await agents.disable(bia.agentId);
    expect((await bearer()).status).toBe(401);
    expect((await logIn('bia@empresa.example', 'outro segredo guardado')).body).toMatchObject({
      code: 'invalid_credentials',
    });
  });
});

describe('guessing passwords', () => {
  it('says the same for a wrong password and an unknown account', async () => {
    const wrong = await logIn('ana@empresa.example', 'errado');
    const unknown = await logIn('ninguem@empresa.example', 'errado');
    expect(wrong.status).toBe(401);
    expect({ ...wrong.body, correlationId: '' }).toEqual({ ...unknown.body, correlationId: '' });
  });

  it('is throttled by account, tells when to come back, and forgets after a quarter of an hour', async () => {
    await http.agent({ email: 'caio@empresa.example', password: PASSWORD });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect((await logIn('caio@empresa.example', `errado ${attempt}`)).status).toBe(401);
    }
    const refused = await logIn('CAIO@empresa.example', PASSWORD);
    expect(refused.body).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await logIn('ana@empresa.example', PASSWORD)).status).toBe(201);
    http.clock.advanceMs(900_000);
    expect((await logIn('caio@empresa.example', PASSWORD)).status).toBe(201);
  });

  it('does not count log-ins that succeed', async () => {
    http.clock.advanceMs(900_000);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      expect((await logIn('ana@empresa.example', PASSWORD)).status).toBe(201);
    }
  });
});

describe('addresses behind proxies', () => {
  it('believes X-Forwarded-For of trusted proxies only', async () => {
    const behind = await httpApp(
      TEST_CONFIG.replace('  cookies:', '  trustedProxies: [loopback]\n  cookies:'),
    );
    const from = (on: HttpApp, forwarded: string, at: number): Promise<number> =>
      on
        .api()
        .post('/api/v1/session')
        .set('X-Forwarded-For', forwarded)
        .send({ email: `nobody${at}@empresa.example`, password: 'x' })
        .then((answer) => answer.status);
    try {
      for (let at = 0; at < 30; at += 1) expect(await from(behind, '203.0.113.7', at)).toBe(401);
      expect(await from(behind, '203.0.113.7', 30)).toBe(429);
      expect(await from(behind, '203.0.113.8', 31)).toBe(401);
      http.clock.advanceMs(900_000);
      for (let at = 0; at < 30; at += 1) await from(http, `198.51.100.${at}`, at);
      expect(await from(http, '198.51.100.200', 31)).toBe(429);
    } finally {
      await behind.close();
      http.clock.advanceMs(900_000);
    }
  });
});

describe('bearer tokens', () => {
  it('need no CSRF token and end when revoked', async () => {
    const agents = http.app.get(Agents, { strict: false });
    const dora = await http.agent({ email: 'dora@empresa.example' });
    const { id, token } = await agents.createToken(dora.agentId, 'roteiro');
    const me = (): Promise<Response> =>
      http
        .api()
        .get('/api/v1/me')
        .set('Authorization', `Bearer ${token}`)
        .then((answer) => answer);
    expect((await me()).body).toMatchObject({ email: 'dora@empresa.example', csrfToken: null });
    await agents.revokeToken(id);
    expect((await me()).status).toBe(401);
    await expect(agents.revokeToken('nonsense')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('do not fall back to a cookie when wrong', async () => {
    const { cookie } = await session();
    const answer = http
      .api()
      .get('/api/v1/me')
      .set('Cookie', cookie)
      .set('Authorization', `Bearer ${'x'.repeat(43)}`);
    expect((await answer).status).toBe(401);
  });
});
