import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestAgent } from '../../support/http-app.js';
import { HelpDesk, type Json } from './help-desk.js';

describe('requesters with several addresses', () => {
  let desk: HelpDesk;
  beforeAll(async () => {
    desk = await HelpDesk.open();
  }, 60_000);
  afterAll(() => desk?.close());

  const call = async (
    by: TestAgent,
    method: 'get' | 'post',
    route: string,
    body?: object,
  ): Promise<{ status: number; body: Json }> => {
    const asked = desk.http
      .api()
      [method](`/api/v1${route}`)
      .set('authorization', `Bearer ${by.token}`);
    const { status, body: answer } = await (body === undefined ? asked : asked.send(body));
    return { status, body: answer as Json };
  };
  const personOf = async (address: string): Promise<Json> =>
    (await call(desk.ana, 'get', `/requesters?address=${encodeURIComponent(address)}`)).body[
      'items'
    ][0];
  const asks = (address: string, queueKey = 'suporte') =>
    desk.open({ mail: desk.mail({ address }), queueKey });
  const requesterOf = async (ticketId: string) =>
    (
      await desk.http.database.query('select requester_id as id from tickets where id = $1', [
        ticketId,
      ])
    )[0]!['id'];
  const takesPart = async (ticketId: string) =>
    desk.http.database.inTransaction((tx) => desk.tickets.forJoining(tx, ticketId));

  it('D26: two records become one person; addresses and tickets go along, and any address takes part', async () => {
    const home = await asks('lu@casa.example');
    const work = await asks('lu@trabalho.example');
    const into = await personOf('lu@trabalho.example');
    const from = await personOf('LU@casa.example');
    const merged = await call(desk.ana, 'post', `/requesters/${into['id']}/merge`, {
      requester: from['id'],
    });
    expect(merged).toMatchObject({
      status: 200,
      body: { id: into['id'], addresses: ['lu@casa.example', 'lu@trabalho.example'], tickets: 2 },
    });
    expect(await requesterOf(home.ticketId)).toBe(into['id']);
    for (const { ticketId } of [home, work])
      expect((await takesPart(ticketId))?.participants).toEqual(
        expect.arrayContaining(['lu@casa.example', 'lu@trabalho.example']),
      );
    expect((await call(desk.ana, 'get', `/requesters/${from['id']}`)).status).toBe(404);
    const [line] = await desk.http.database.query(
      `select actor_kind, action from ticket_history where ticket_id = $1 and action like 'requester%'`,
      [home.ticketId],
    );
    expect(line).toEqual({ actor_kind: 'agent', action: 'requester_merged' });
    const next = await asks('lu@casa.example');
    expect(await requesterOf(next.ticketId)).toBe(into['id']);
  });

  it('D26: one record is split into two; the tickets asked from those addresses go along', async () => {
    const first = await asks('a@dois.example');
    const second = await asks('b@dois.example');
    const one = await personOf('a@dois.example');
    await call(desk.ana, 'post', `/requesters/${one['id']}/merge`, {
      requester: (await personOf('b@dois.example'))['id'],
    });
    const split = await call(desk.ana, 'post', `/requesters/${one['id']}/split`, {
      addresses: ['B@dois.example'],
      name: 'Beto',
    });
    expect(split).toMatchObject({
      status: 201,
      body: { name: 'Beto', addresses: ['b@dois.example'], tickets: 1 },
    });
    expect(await requesterOf(first.ticketId)).toBe(one['id']);
    expect(await requesterOf(second.ticketId)).toBe(split.body['id']);
    expect((await takesPart(first.ticketId))?.participants).not.toContain('b@dois.example');
    const again = await call(desk.ana, 'post', `/requesters/${one['id']}/split`, {
      addresses: ['a@dois.example'],
    });
    expect(again.status).toBe(422);
  });

  it('a person is not merged with themselves, nor twice, nor with nobody', async () => {
    await asks('c@x.example');
    const { id } = await personOf('c@x.example');
    const merge = async (requester: string) =>
      (await call(desk.ana, 'post', `/requesters/${id}/merge`, { requester })).status;
    expect(await merge(id)).toBe(422);
    expect(await merge('00000000-0000-4000-8000-000000000000')).toBe(404);
    expect(await merge('not a uuid')).toBe(422);
  });

  it('D20: whose tickets lie in a private queue alone is not there for others', async () => {
    await asks('z@sigilo.example', 'financeiro');
    await asks('y@aberto.example');
    expect(await personOf('z@sigilo.example')).toBeUndefined();
    const found = await call(desk.fabio, 'get', '/requesters?address=z@sigilo.example');
    const secret = found.body['items'][0];
    expect(secret).toMatchObject({ addresses: ['z@sigilo.example'] });
    expect((await call(desk.ana, 'get', `/requesters/${secret['id']}`)).status).toBe(404);
    const { id } = await personOf('y@aberto.example');
    const merged = await call(desk.ana, 'post', `/requesters/${id}/merge`, {
      requester: secret['id'],
    });
    expect(merged.status).toBe(404);
    expect((await call(desk.admin, 'get', `/requesters/${secret['id']}`)).status).toBe(404);
  });
});
