import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { SignedLinks } from '../../../src/platform/index.js';
import { httpApp, type HttpApp } from '../../support/http-app.js';

let http: HttpApp;
let token: string;
const PROTOCOL = '2000001';
const REQUESTER = '11111111-1111-4111-8111-111111111111';

beforeAll(async () => {
  http = await httpApp();
  token = http.app.get(SignedLinks, { strict: false }).sign('feedback', PROTOCOL, 30);
  await http.database.inTransaction(async (tx) => {
    await tx.execute(`insert into requesters (id, name, created_at) values ($1, 'Ana', now())`, [
      REQUESTER,
    ]);
    await tx.execute(
      `insert into tickets (id, subject, status, channel, queue_key, requester_id, reason_decided_by, reason_confidence,
                            created_at, received_at, last_activity_at)
       values ($1, 'Assunto secreto', 'resolved', 'email', 'financeiro', $2, 'none', 0, now(), now(), now())`,
      [PROTOCOL, REQUESTER],
    );
  });
});

afterAll(() => http?.close());

const rows = (): Promise<Record<string, unknown>[]> =>
  http.database.query('select ticket_id, score, comment from feedback');
const api = (body: object): Promise<Response> =>
  http
    .api()
    .post(`/api/v1/portal/feedback/${token}`)
    .send(body)
    .then((answer) => answer);

describe('D12: feedback by signed link', () => {
  it('looking changes nothing, however often a mail scanner looks', async () => {
    const page = await http.api().get(`/portal/feedback/${token}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain(PROTOCOL);
    expect(page.text).not.toContain('Assunto secreto');
    expect((await http.api().get(`/api/v1/portal/feedback/${token}`)).body).toEqual({
      protocol: PROTOCOL,
      score: null,
      comment: null,
    });
    await http.api().head(`/portal/feedback/${token}`);
    expect(await rows()).toEqual([]);
  });

  it('records one score a ticket, which may change while the link lives', async () => {
    expect((await api({ score: 5, comment: ' Ótimo ' })).status).toBe(200);
    const page = await http
      .api()
      .post(`/portal/feedback/${token}`)
      .type('form')
      .send({ score: '2', comment: 'Demorou' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('Obrigado');
    expect(await rows()).toEqual([{ ticket_id: PROTOCOL, score: 2, comment: 'Demorou' }]);
  });

  it('is the customer’s: nobody scores while logged in as an agent', async () => {
    const agent = await http.agent({
      email: 'bia@empresa.example',
      queues: ['suporte'],
      password: 'uma-senha-bem-longa-1',
    });
    const before = await rows();
    const byToken = await http
      .api()
      .post(`/api/v1/portal/feedback/${token}`)
      .set('Authorization', `Bearer ${agent.token}`)
      .send({ score: 5 });
    expect(byToken.status).toBe(403);
    const logIn = { email: 'bia@empresa.example', password: 'uma-senha-bem-longa-1' };
    const { headers } = await http.api().post('/api/v1/session').send(logIn);
    const bySession = await http
      .api()
      .post(`/portal/feedback/${token}`)
      .set('Cookie', headers['set-cookie'] as unknown as string[])
      .type('form')
      .send({ score: '5' });
    expect(bySession.status).toBe(403);
    expect(await rows()).toEqual(before);
  });

  it.each([
    [{}],
    [{ score: 0 }],
    [{ score: 6 }],
    [{ score: 2.5 }],
    [{ score: '5' }],
    [{ score: 5, extra: 1 }],
  ])('refuses %j', async (body) => {
    expect((await api(body)).status).toBe(422);
  });

  it('says on the page what is missing, and keeps the comment', async () => {
    const page = await http
      .api()
      .post(`/portal/feedback/${token}`)
      .type('form')
      .send({ comment: 'Sem nota' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('href="#score"');
    expect(page.text).toContain('Sem nota');
  });

  it('D20: is read by agents of the queue alone', async () => {
    const fabio = await http.agent({ email: 'fabio@empresa.example', queues: ['financeiro'] });
    const ana = await http.agent({ email: 'ana@empresa.example', queues: ['suporte'] });
    const list = async (token: string): Promise<unknown> =>
      (await http.api().get('/api/v1/feedback').set('Authorization', `Bearer ${token}`)).body;
    expect(await list(fabio.token)).toMatchObject({
      items: [{ protocol: PROTOCOL, score: 2, comment: 'Demorou' }],
    });
    expect(await list(ana.token)).toEqual({ items: [], nextCursor: null });
  });

  it('ends with the link', async () => {
    const before = http.clock.now();
    http.clock.advanceMs(30 * 86_400_000);
    expect((await api({ score: 1 })).body).toMatchObject({ status: 404, code: 'not_found' });
    http.clock.set(before);
  });

  it('unsubscribes by one POST of the mail program, never by GET (RFC 8058)', async () => {
    const link = http.app.get(SignedLinks, { strict: false }).url('unsubscribe', REQUESTER, 365);
    const path = new URL(link).pathname;
    const unsubscribed = async (): Promise<unknown> =>
      (await http.database.query('select feedback_unsubscribed_at from requesters'))[0]![
        'feedback_unsubscribed_at'
      ];
    expect((await http.api().get(path)).status).toBe(200);
    expect(await unsubscribed()).toBeNull();
    const post = http
      .api()
      .post(path)
      .set('Sec-Fetch-Site', 'cross-site')
      .type('form')
      .send({ 'List-Unsubscribe': 'One-Click' });
    expect((await post).status).toBe(200);
    expect(await unsubscribed()).not.toBeNull();
  });
});
