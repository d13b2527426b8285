import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queues } from '../../../src/modules/queues/index.js';
import { httpApp, type HttpApp, type TestAgent } from '../../support/http-app.js';

let http: HttpApp;
let ana: TestAgent;
let fabio: TestAgent;
let admin: TestAgent;

beforeAll(async () => {
  http = await httpApp();
  ana = await http.agent({ email: 'ana@empresa.example', queues: ['suporte'] });
  fabio = await http.agent({
    email: 'fabio@empresa.example',
    role: 'supervisor',
    queues: ['financeiro'],
  });
  admin = await http.agent({ email: 'admin@empresa.example', role: 'admin' });
  await ticket(2_000_001, 'suporte');
  await ticket(2_000_002, 'financeiro');
  await ticket(2_000_003, 'financeiro');
});

afterAll(() => http?.close());

function ticket(id: number, queue: string): Promise<unknown> {
  return http.database.inTransaction((tx) =>
    tx.execute(
      `insert into tickets (id, subject, channel, queue_key, reason_decided_by, reason_confidence,
                            created_at, received_at, last_activity_at)
       values ($1, 'Assunto', 'phone', $2, 'none', 0, now(), now(), now())`,
      [id, queue],
    ),
  );
}

const as = (agent: TestAgent, path: string) =>
  http.api().get(`/api/v1${path}`).set('Authorization', `Bearer ${agent.token}`);

describe('D20: who may see what', () => {
  it('agents see public queues, members their private ones, admins only where they are members', async () => {
    const queues = http.app.get(Queues, { strict: false });
    expect((await queues.scopeOf(ana)).visibleQueues).not.toContain('financeiro');
    expect((await queues.scopeOf(ana)).visibleQueues).toContain('suporte');
    expect(await queues.scopeOf(fabio)).toMatchObject({
      supervisedQueues: ['financeiro'],
      memberQueues: ['financeiro'],
    });
    expect((await queues.scopeOf(fabio)).visibleQueues).toEqual(
      expect.arrayContaining(['financeiro', 'suporte']),
    );
    expect((await queues.scopeOf(admin)).visibleQueues).toEqual([]);
  });

  it('counts only what is visible; the admin counts everything', async () => {
    const counts = async (agent: TestAgent): Promise<Record<string, number | undefined>> => {
      const { items } = (await as(agent, '/queues')).body as {
        items: { key: string; counts: { open: number } | null }[];
      };
      return Object.fromEntries(items.map((item) => [item.key, item.counts?.open]));
    };
    expect(await counts(ana)).toMatchObject({ suporte: 1, financeiro: undefined });
    expect(await counts(fabio)).toMatchObject({ suporte: 1, financeiro: 2 });
    expect(await counts(admin)).toMatchObject({ suporte: 1, financeiro: 2 });
  });

  it('only people of a queue may be given its tickets', async () => {
    const queues = http.app.get(Queues, { strict: false });
    const may = (agent: TestAgent, queue: string): Promise<boolean> =>
      http.database.inTransaction((tx) => queues.mayWork(tx, agent.agentId, queue));
    expect(await may(ana, 'financeiro')).toBe(false);
    expect(await may(fabio, 'financeiro')).toBe(true);
    expect(await may(fabio, 'suporte')).toBe(true);
    expect(await may(admin, 'suporte')).toBe(false);
  });

  it('refuses queues that are not configured', async () => {
    const queues = http.app.get(Queues, { strict: false });
    const join = http.database.inTransaction((tx) =>
      queues.join(tx, ana.agentId, ['nenhuma'], false),
    );
    await expect(join).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('D20: break-glass', () => {
  const breakGlass = (agent: TestAgent, protocol: string, reason: string) =>
    http
      .api()
      .post(`/api/v1/tickets/${protocol}/break-glass`)
      .set('Authorization', `Bearer ${agent.token}`)
      .send({ reason });

  it('is the admin’s alone, for one ticket, with a reason, for an hour, recorded', async () => {
    const reason = 'Pedido da auditoria de novembro';
    expect((await breakGlass(ana, '2000002', reason)).status).toBe(403);
    expect((await breakGlass(admin, '2000002', '   x   ')).status).toBe(422);
    expect((await breakGlass(admin, '2999999', reason)).status).toBe(404);
    const answer = await breakGlass(admin, '2000002', reason);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ protocol: '2000002', expiresAt: '2026-11-05T14:00:00.000Z' });
    const queues = http.app.get(Queues, { strict: false });
    expect((await queues.scopeOf(admin)).breakGlassTickets).toEqual(['2000002']);
    expect(await http.database.query('select ticket_id, reason from break_glass')).toEqual([
      { ticket_id: '2000002', reason },
    ]);
    http.clock.advanceMs(3_600_000);
    expect((await queues.scopeOf(admin)).breakGlassTickets).toEqual([]);
  });
});

describe('GET /config', () => {
  it('shows admins what is in force, and nobody a secret', async () => {
    expect((await as(ana, '/config')).status).toBe(403);
    const answer = await as(admin, '/config');
    expect(answer.body).toMatchObject({ config: { company: { name: 'Empresa Teste' } } });
    expect(answer.text).not.toContain('segredo');
  });
});
