import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AutomaticAssignment } from '../../../src/modules/tickets/automatic-assignment.js';
import type { TestAgent } from '../../support/http-app.js';
import { DESK_YAML, HelpDesk, type Json } from './help-desk.js';

const YAML = DESK_YAML.replace(
  'produto: { name: Produto }',
  'produto: { name: Produto, assignment: round_robin, openPerAgent: 2 }',
).replace(
  'analistas: { name: Analistas }',
  'analistas: { name: Analistas, assignment: least_loaded }',
);

describe('who takes which ticket', () => {
  let desk: HelpDesk;
  let caio: TestAgent;
  let dora: TestAgent;
  beforeAll(async () => {
    desk = await HelpDesk.open(YAML);
    caio = await desk.http.agent({ email: 'caio@empresa.example', queues: ['produto'] });
    dora = await desk.http.agent({ email: 'dora@empresa.example', queues: ['produto'] });
  });
  afterAll(() => desk.close());

  const takeNext = (agent: TestAgent, body: object = {}) =>
    desk.call(agent, 'post', '/tickets/take-next', body);
  const assignee = async (protocol: string, agent: TestAgent) =>
    ((await desk.ticket(protocol, agent))['assignee'] as Json | null)?.['email'] ?? null;
  const round = () => desk.http.app.get(AutomaticAssignment, { strict: false }).round();

  it('take next: what is due first in my queues, one each, never a private one that is not mine (D20)', async () => {
    await desk.openFinance();
    const [first, second] = [await desk.open(), await desk.open()];
    const taken = await Promise.all([takeNext(desk.ana), takeNext(desk.ana)]);
    expect(taken.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(taken.map(({ body }) => (body as Json)['protocol'] as string))).toEqual(
      new Set([first.ticketId, second.ticketId]),
    );
    expect(taken[0]!.body).toMatchObject({ assignee: { email: 'ana@empresa.example' } });
    expect((await takeNext(desk.ana)).status).toBe(404);
    expect((await takeNext(desk.ana, { queue: 'financeiro' })).status).toBe(404);
    expect(await desk.history(first.ticketId)).toContain('assignee_changed');
  });

  it('by turns, up to the limit; who is absent gets none', async () => {
    const tickets = [];
    for (let count = 0; count < 3; count += 1)
      tickets.push((await desk.open({ queueKey: 'produto' })).ticketId);
    expect((await desk.call(dora, 'post', '/me/absence', {})).body).toMatchObject({
      absent: true,
      until: null,
    });
    expect(await round()).toBe(2);
    expect(await assignee(tickets[0]!, caio)).toBe('caio@empresa.example');
    expect(await assignee(tickets[1]!, caio)).toBe('caio@empresa.example');
    expect(await assignee(tickets[2]!, caio)).toBeNull();
    expect((await takeNext(caio)).status).toBe(409);
    expect((await desk.call(dora, 'delete', '/me/absence')).body).toMatchObject({ absent: false });
    expect(await round()).toBe(1);
    expect(await assignee(tickets[2]!, caio)).toBe('dora@empresa.example');
    expect(await round()).toBe(0);
  });

  it('one who asks twice at once does not get past her limit', async () => {
    for (let count = 0; count < 4; count += 1) await desk.open({ queueKey: 'produto' });
    const asked = [1, 2, 3, 4].map(() => takeNext(dora, { queue: 'produto' }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409]);
  });

  it('an absence must end ahead', async () => {
    const until = new Date(desk.now.getTime() - 1000).toISOString();
    expect((await desk.call(dora, 'post', '/me/absence', { until })).status).toBe(422);
  });

  it('a queue without members keeps its tickets', async () => {
    await desk.open({ queueKey: 'analistas' });
    expect(await round()).toBe(0);
  });
});
