import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';
import {
  propertiesOf,
  sampleBody,
  type OpenApi,
  type Operation,
} from '../../support/openapi-samples.js';

let http: HttpApp;
let admin: TestAgent;
let document: OpenApi;
let protocol: string;

beforeAll(async () => {
  http = await httpApp();
  admin = await http.agent({
    email: 'admin@empresa.example',
    role: 'admin',
    queues: ['suporte'],
  });
  const answer = (await send('post', '/api/v1/tickets', {
    channel: 'phone',
    subject: 'Domínio',
    text: 'O domínio não abre',
    queue: 'suporte',
  })) as { body: { protocol: string } };
  protocol = answer.body.protocol;
  document = (await http.api().get('/api/openapi.json')).body as OpenApi;
});

afterAll(() => http?.close());

function send(method: 'post' | 'put' | 'patch', path: string, body: object): Promise<Response> {
  return http.api()[method](path).set('Authorization', `Bearer ${admin.token}`).send(body);
}

const METHODS = ['post', 'put', 'patch'] as const;

describe('null in a body', () => {
  it('is never our error; where null means nothing it is 422 with the name of the field', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of METHODS) {
        const operation = item[method] as Operation | undefined;
        if (operation?.requestBody?.content['application/json'] === undefined) continue;
        for (const [property, { nullable }] of propertiesOf(document, operation)) {
          const at = path
            .replace('{protocol}', protocol)
            .replace('/requesters/{id}', `/requesters/${admin.agentId}`)
            .replace(/\{\w+\}/g, '1');
          const body = { ...(sampleBody(document, operation) as object), [property]: null };
          const { status, body: said } = (await send(method, at, body)) as {
            status: number;
            body: { fields?: { path: string }[] };
          };
          tried += 1;
          const named = said.fields?.some((field) => field.path === property) === true;
          const mayRefuse = status === 422 && named;
          const byLink = operation['x-access'] === 'customer_link' && status < 500;
          if (nullable ? status >= 500 : !mayRefuse && !byLink) {
            wrong.push(`${method} ${path} ${property}: ${status}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  });
});
