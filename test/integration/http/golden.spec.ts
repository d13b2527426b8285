import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { routeTable } from '../../../src/platform/http/index.js';
import { httpApp, type HttpApp } from '../../support/http-app.js';

/**
 * The public surface is frozen: a change of it is a decision, not an accident. To record it anew:
 *   RECORD=1 npm test -- --selectProjects integration --testPathPatterns http/golden
 * and show the difference in the pull request.
 */
const GOLDEN = path.resolve('test/golden');
const RECORD = process.env['RECORD'] === '1';

/** Log-in, health, and customers' own doors. */
const PUBLIC = [
  'GET /api/v1/calendars/:name/feed.ics',
  'GET /api/v1/portal/reasons',
  'POST /api/v1/portal/links',
  'POST /api/v1/portal/tickets',
  'POST /api/v1/session',
  'GET /',
  'GET /health/live',
  'GET /health/ready',
  'GET /portal',
  'POST /portal/access',
  'GET /portal/new',
  'POST /portal/new',
];

let http: HttpApp;

beforeAll(async () => {
  http = await httpApp();
});

afterAll(() => http?.close());

function compare(file: string, text: string): void {
  const at = path.join(GOLDEN, file);
  if (RECORD || !existsSync(at)) writeFileSync(at, text);
  expect(text).toBe(readFileSync(at, 'utf8'));
}

describe('the public surface', () => {
  it('is the recorded route table: method, path, who may call it', () => {
    const lines = routeTable(http.app).map(
      ({ method, path: served, access }) => `${method.padEnd(6)} ${access.padEnd(13)} ${served}`,
    );
    compare('routes.txt', `${lines.join('\n')}\n`);
  });

  it('is the recorded OpenAPI document', async () => {
    const { body } = (await http.api().get('/api/openapi.json')) as { body: unknown };
    compare('openapi.json', `${JSON.stringify(body, null, 2)}\n`);
  });

  it('documents every route of the API and nothing else', async () => {
    const { paths } = (await http.api().get('/api/openapi.json')).body as {
      paths: Record<string, object>;
    };
    const documented = Object.entries(paths).flatMap(([served, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${served}`),
    );
    const served = routeTable(http.app)
      .filter((route) => route.path.startsWith('/api/v1/'))
      .map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(served.filter((route) => !documented.includes(route))).toEqual([]);
  });

  it('asks for a log-in everywhere but on the few routes that say why not', () => {
    const open = routeTable(http.app)
      .filter(({ access }) => access === 'public')
      .map(({ method, path: served }) => `${method} ${served}`);
    expect(open.sort()).toEqual([...PUBLIC].sort());
  });
});
