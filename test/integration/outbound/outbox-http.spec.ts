import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Outbound } from '../../../src/modules/outbound-mail/index.js';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';
import { newMail } from './post-room.js';

describe('GET /outbox and what people do there', () => {
  let http: HttpApp;
  let ana: TestAgent;
  let rui: TestAgent;
  let queues: Record<string, string>;

  beforeAll(async () => {
    http = await httpApp();
    const rows = await http.database.query<{ key: string; queueKey: string }>(
      'select key, queue_key as "queueKey" from mailboxes',
    );
    queues = Object.fromEntries(rows.map(({ key, queueKey }) => [key, queueKey]));
    ana = await http.agent({ email: 'ana@empresa.example', queues: [queues['suporte']!] });
    rui = await http.agent({ email: 'rui@empresa.example', queues: [queues['financeiro']!] });
  });
  afterAll(() => http.close());

  async function enqueue(mailboxKey: string): Promise<string> {
    const outbound = http.app.get(Outbound, { strict: false });
    const made = await http.database.inTransaction((tx) =>
      outbound.enqueue(tx, newMail(http.clock.now(), { mailboxKey })),
    );
    return made!.outboxId;
  }
  const get = (path: string, agent: TestAgent) =>
    http.api().get(`/api/v1${path}`).set('authorization', `Bearer ${agent.token}`);
  const post = (path: string, agent: TestAgent, body: object) =>
    http.api().post(`/api/v1${path}`).set('authorization', `Bearer ${agent.token}`).send(body);

  it('lists by state and mailbox, page by page, with recipients and attempts', async () => {
    const ids = [await enqueue('suporte'), await enqueue('suporte'), await enqueue('suporte')];
    const first = await get('/outbox?state=queued&mailbox=suporte&limit=2', ana).expect(200);
    expect(first.body.items.map((item: { id: string }) => item.id)).toEqual([ids[2], ids[1]]);
    expect(first.body.items[0]).toMatchObject({
      mailbox: 'suporte',
      kind: 'reply',
      state: 'queued',
      recipients: [{ address: 'ana@cliente.test', role: 'to', state: 'pending' }],
      attempts: [],
      version: 1,
    });
    const next = await get(`/outbox?limit=2&cursor=${first.body.nextCursor}`, ana).expect(200);
    expect(next.body.items[0].id).toBe(ids[0]);
    expect(next.body.nextCursor).toBeNull();
    await get('/outbox?state=nada', ana).expect(422);
    await get('/outbox?ticket=abc', ana).expect(422);
    await http.api().get('/api/v1/outbox').expect(401);
  });

  it('D20: rows of a private queue are for its members alone', async () => {
    const id = await enqueue('financeiro');
    const seen = await get('/outbox?limit=100', ana).expect(200);
    expect(seen.body.items.map((item: { mailbox: string }) => item.mailbox)).not.toContain(
      'financeiro',
    );
    await post(`/outbox/${id}/cancel`, ana, {}).expect(404);
    await post(`/outbox/${id}/retry`, ana, {}).expect(404);
    const own = await get('/outbox?mailbox=financeiro', rui).expect(200);
    expect(own.body.items).toHaveLength(1);
  });

  it('retry may correct the recipient; cancel takes back; versions guard both', async () => {
    const id = await enqueue('suporte');
    await post(`/outbox/${id}/retry`, ana, { version: 3 }).expect(409);
    const wrong = await post(`/outbox/${id}/retry`, ana, { recipient: 'sem arroba' }).expect(422);
    expect(wrong.body.errors ?? wrong.body.fields ?? wrong.body).toBeDefined();
    const corrected = await post(`/outbox/${id}/retry`, ana, {
      version: 1,
      recipient: 'certo@cliente.test',
    }).expect(200);
    expect(corrected.body).toMatchObject({
      version: 2,
      recipients: [{ address: 'certo@cliente.test', correctedFrom: 'ana@cliente.test' }],
      actions: [{ action: 'corrected', actorKind: 'agent', actorId: ana.agentId }],
    });
    const cancelled = await post(`/outbox/${id}/cancel`, ana, { version: 2 }).expect(200);
    expect(cancelled.body.state).toBe('cancelled');
    await post(`/outbox/${id}/cancel`, ana, {}).expect(409);
    await post('/outbox/abc/cancel', ana, {}).expect(404);
  });
});
