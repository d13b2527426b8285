import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignedLinks } from '../../../src/platform/index.js';
import { sendLogsTo, setLogLevel } from '../../../src/platform/logging.js';
import { httpApp, TEST_CONFIG, TEST_SECRETS, type HttpApp } from '../../support/http-app.js';

const OPERATIONS = TEST_SECRETS.METRICS_TOKEN;
let http: HttpApp;
let links: SignedLinks;

beforeAll(async () => {
  http = await httpApp(
    TEST_CONFIG.replace(
      '  cookies:',
      `  metricsToken: '\${METRICS_TOKEN}'\n  trustedProxies: [loopback]\n  cookies:`,
    ),
  );
  links = http.app.get(SignedLinks, { strict: false });
});
afterAll(() => http?.close());

const TOKEN_ROUTES = (token: string): readonly string[] => [
  `/portal?token=${token}`,
  `/portal/ticket/1000001?token=${token}`,
  `/portal/feedback/${token}`,
  `/portal/unsubscribe/${token}`,
  `/api/v1/portal/tickets?token=${token}`,
  `/api/v1/portal/tickets/1000001?token=${token}`,
  `/api/v1/portal/feedback/${token}`,
];

describe('customers’ links', () => {
  it('are in no log, genuine or not, whatever the answer', async () => {
    const lines: string[] = [];
    sendLogsTo((line) => lines.push(line));
    setLogLevel('trace');
    const genuine = links.sign('portal', 'ana@cliente.example', 1);
    const tokens = [genuine, `${genuine.slice(0, -1)}A`, links.sign('feedback', '1000001', 1)];
    for (const token of tokens) for (const path of TOKEN_ROUTES(token)) await http.api().get(path);
    const said = lines.join('');
    expect(lines.length).toBeGreaterThanOrEqual(21);
    for (const token of tokens) expect(said).not.toContain(token);
    expect(said).not.toContain('ana@cliente.example');
  });

  it('of one purpose open nothing else, and an expired one nothing at all', async () => {
    const openings = async (token: string): Promise<number[]> =>
      Promise.all(TOKEN_ROUTES(token).map(async (path) => (await http.api().get(path)).status));
    const portal = await openings(links.sign('portal', 'ana@cliente.example', 1));
    expect([portal[0], portal[4]]).toEqual([200, 200]);
    expect(portal.filter((status) => status === 200)).toHaveLength(2);
    expect(await openings(links.sign('feedback', '1000001', 1))).not.toContain(200);
    const old = links.sign('portal', 'ana@cliente.example', 1);
    http.clock.advanceMs(86_400_000 + 1_000);
    expect((await openings(old)).filter((status) => status === 200)).toEqual([]);
  });

  it('go to nobody by Referer: no page of theirs sends one', async () => {
    const page = await http.api().get(`/portal?token=${links.sign('portal', 'a@b.example', 1)}`);
    expect(page.status).toBe(200);
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\/(?!127\.0\.0\.1)/);
  });
});

describe('what operators look at', () => {
  it.each(['/metrics', '/api/docs'])(
    '%s: by token, or on the machine itself and not through its proxy',
    async (path) => {
      const ask = async (headers: Record<string, string>): Promise<number> =>
        (await http.api().get(path).set(headers)).status;
      expect(await ask({})).toBe(200);
      const foreign: Record<string, string>[] = [
        { 'X-Forwarded-For': '203.0.113.7' },
        { 'X-Forwarded-For': '127.0.0.1' },
        { 'X-Forwarded-For': '::1, 127.0.0.1' },
        { Forwarded: 'for=127.0.0.1' },
        { 'X-Real-IP': '203.0.113.7' },
        { 'X-Forwarded-Host': 'suporte.empresa.example' },
        { Via: '1.1 proxy' },
        { 'X-Forwarded-For': '203.0.113.7', Authorization: `Bearer ${OPERATIONS}x` },
      ];
      for (const headers of foreign) expect(await ask(headers)).toBe(401);
      expect(
        await ask({ 'X-Forwarded-For': '203.0.113.7', Authorization: `Bearer ${OPERATIONS}` }),
      ).toBe(200);
    },
  );
});
