import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routeTable } from '../../../src/platform/http/index.js';
import { httpApp, TEST_CONFIG, type HttpApp } from '../../support/http-app.js';

/** As in production: the outside speaks HTTPS. */
const HTTPS_CONFIG = TEST_CONFIG.replace(
  'http://127.0.0.1:3000',
  'https://ajuda.empresa.example',
).replace('  cookies: { secure: false }\n', '');
const PASSWORD = 'um segredo bem guardado';

let http: HttpApp;
let token: string;

beforeAll(async () => {
  http = await httpApp(HTTPS_CONFIG);
  ({ token } = await http.agent({
    email: 'ana@empresa.example',
    role: 'admin',
    password: PASSWORD,
  }));
});

afterAll(() => http?.close());

type Headers = Readonly<Record<string, string | undefined>>;

function missing(headers: Headers): string[] {
  const policy = headers['content-security-policy'] ?? '';
  const holds: Readonly<Record<string, boolean>> = {
    'default-src': /default-src '(self|none)'/.test(policy),
    // A sandboxed file is never a document of ours; everything else must not stand in a frame.
    framing: /frame-ancestors 'none'|^sandbox/.test(policy),
    scripts: !/unsafe-eval|script-src[^;]*unsafe-inline/.test(policy),
    nosniff: headers['x-content-type-options'] === 'nosniff',
    referrer: headers['referrer-policy'] === 'no-referrer',
    hsts: headers['strict-transport-security']?.startsWith('max-age=31536000') === true,
    'no X-Powered-By': headers['x-powered-by'] === undefined,
    'no redirect': headers['location'] === undefined,
  };
  return Object.entries(holds)
    .filter(([, holding]) => !holding)
    .map(([name]) => name);
}

describe('security headers', () => {
  it('stand on the answer of every route, whoever asks and whatever comes of it', async () => {
    const wrong: string[] = [];
    for (const { method, path } of routeTable(http.app)) {
      const at = path.replaceAll(/:\w+/g, '1');
      for (const bearer of [token, null]) {
        const call = http.api()[method.toLowerCase() as 'get'](at);
        if (bearer !== null) call.set('Authorization', `Bearer ${bearer}`);
        const answer = await call;
        for (const what of missing(answer.headers as Headers))
          wrong.push(`${method} ${at} (${answer.status}): ${what}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('stand on pages, documents and every kind of refusal', async () => {
    const api = http.api();
    const answers = [
      await api.get('/portal/new'),
      await api.get('/api/docs'),
      await api.get('/api/openapi.json'),
      await api.get('/nowhere'),
      await api.get('/portal/nowhere'),
      await api.get('/api/v1/nowhere'),
      await api.get('/%E0%A4%A'),
      await api.options('/api/v1/tickets'),
      await api.post('/api/v1/session').set('Content-Type', 'application/json').send('{'),
      await api.post('/api/v1/session').set('Content-Type', 'text/plain').send('x'),
      await api.post('/api/v1/session').send({ email: 'x', password: 'y'.repeat(2_000_000) }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([
      200, 200, 200, 404, 404, 404, 404, 404, 400, 415, 413,
    ]);
    expect(answers.flatMap((answer) => missing(answer.headers as Headers))).toEqual([]);
  });

  it('no path leads a browser elsewhere, and no page of another origin reads an answer', async () => {
    for (const path of [
      '//evil.example/',
      '/%2f%2fevil.example',
      '/portal//evil.example',
      '/portal/..//evil.example',
      '/portal?next=https://evil.example',
      '/\\evil.example',
    ]) {
      const answer = await http
        .api()
        .get(path)
        .set('Origin', 'https://evil.example')
        .set('Host', 'evil.example');
      expect([path, answer.status >= 300 && answer.status < 400]).toEqual([path, false]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('cookies over HTTPS are bound to the host and never leave it in clear', async () => {
    const answer = await http
      .api()
      .post('/api/v1/session')
      .send({ email: 'ana@empresa.example', password: PASSWORD });
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^__Host-helpdesk=/);
    for (const attribute of [/; Secure/, /; HttpOnly/, /; SameSite=Strict/, /; Path=\//])
      expect(cookie).toMatch(attribute);
    expect(cookie).not.toMatch(/Domain=/i);
  });

  it('links in mail come from publicUrl, whatever Host and X-Forwarded-Host say', async () => {
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
    };
    const made = await http.api().post('/api/v1/portal/tickets').set(headers).send({
      name: 'Maria',
      email: 'maria@cliente.example',
      reason: 'dominios',
      details: 'Não entro.',
    });
    expect(made.status).toBe(201);
    await http
      .api()
      .post('/api/v1/portal/links')
      .set(headers)
      .send({ email: 'maria@cliente.example' });
    await http.drain();
    const mails = await http.database.query<{ all: string }>(
      `select coalesce(body_text, '') || coalesce(body_html, '') as all from outbox`,
    );
    expect(mails.length).toBeGreaterThan(0);
    const said = mails.map((mail) => mail.all).join('\n');
    expect(said).not.toContain('evil.example');
    expect(said).toContain('https://ajuda.empresa.example/portal?token=');
  });
});
