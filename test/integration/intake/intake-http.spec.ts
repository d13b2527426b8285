import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { TestAgent } from '../../support/http-app.js';
import { eml, IntakeDesk } from './intake-desk.js';

describe('GET /intake, /reasons', () => {
  let desk: IntakeDesk;
  let sonia: TestAgent;
  let fabio: TestAgent;
  let admin: TestAgent;
  const open: string[] = [];
  let secret: string;

  beforeAll(async () => {
    desk = await IntakeDesk.open();
    sonia = await desk.app.agent({ email: 'sonia@hd.test', queues: ['suporte'] });
    fabio = await desk.app.agent({ email: 'fabio@hd.test', queues: ['financeiro'] });
    admin = await desk.app.agent({ email: 'admin@hd.test', role: 'admin' });
    for (let i = 0; i < 5; i += 1)
      open.push((await desk.receive('suporte', eml({ from: `c${i}@cliente.test` }))).id);
    secret = (
      await desk.receive(
        'financeiro',
        eml({ to: 'financeiro@hd.test', from: 'sigilo@cliente.test' }),
      )
    ).id;
  }, 60_000);
  afterAll(() => desk?.close());

  const get = async (who: TestAgent, path: string): Promise<Response> => {
    return desk.app.api().get(`/api/v1${path}`).set('Authorization', `Bearer ${who.token}`);
  };

  it('D22: lists every message with size, hashes, disposition and decisions, newest first, by pages', async () => {
    const first = await get(sonia, '/intake?limit=2&mailbox=suporte');
    expect(first.status).toBe(200);
    expect(first.body.items.map((item: { id: string }) => item.id)).toEqual([open[4], open[3]]);
    expect(first.body.items[0]).toMatchObject({
      mailbox: 'suporte',
      disposition: 'ticket_opened',
      size: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      ticket: expect.stringMatching(/^\d+$/),
    });
    expect(first.body.items[0].decisions.at(-1)).toMatchObject({
      filter: 'new-ticket',
      verdict: 'decided',
    });
    const next = await get(
      sonia,
      `/intake?limit=2&mailbox=suporte&cursor=${first.body.nextCursor}`,
    );
    expect(next.body.items.map((item: { id: string }) => item.id)).toEqual([open[2], open[1]]);
    expect((await get(sonia, '/intake?disposition=bounce')).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('D20: rows of a private queue are for its members; others get 404 by number', async () => {
    expect(JSON.stringify((await get(sonia, '/intake?limit=100')).body)).not.toContain('sigilo');
    expect((await get(sonia, `/intake/${secret}`)).status).toBe(404);
    expect(
      (
        await desk.app
          .api()
          .post(`/api/v1/intake/${secret}/replay`)
          .set('Authorization', `Bearer ${sonia.token}`)
      ).status,
    ).toBe(404);
    expect((await get(fabio, `/intake/${secret}`)).body).toMatchObject({
      id: secret,
      from: 'sigilo@cliente.test',
    });
    expect((await get(admin, `/intake/${secret}`)).status).toBe(404);
    expect((await get(admin, '/intake?limit=100')).body.items).toEqual([]);
  });

  it('D20: a row with a ticket follows the ticket into a private queue', async () => {
    const row = await desk.row(open[0]!);
    await desk.query(`update tickets set queue_key = 'financeiro' where id = $1 returning id`, [
      row.ticketId,
    ]);
    expect((await get(sonia, `/intake/${open[0]}`)).status).toBe(404);
    expect((await get(fabio, `/intake/${open[0]}`)).status).toBe(200);
  });

  it('D20 D26: decisions, marks and replays name a ticket of the private queue to nobody else', async () => {
    const secretTicket = (await desk.row(secret)).ticketId!;
    const about = await desk.receive(
      'suporte',
      eml({ from: 'outro@fora.test', subject: `Re: [Chamado ${secretTicket}] Boleto` }),
    );
    const copy = eml({
      to: 'todos@fora.test',
      from: 'bcc@cliente.test',
      messageId: 'bcc-1@cliente.test',
    });
    const first = await desk.receive('financeiro', copy);
    const twin = await desk.receive('suporte', copy);
    expect(twin.disposition).toBe('twin');
    const rows = [await get(sonia, `/intake/${about.id}`), await get(sonia, `/intake/${twin.id}`)];
    expect(rows.map(({ status }) => status)).toEqual([200, 200]);
    rows.push(await get(sonia, '/intake?limit=100'), await get(sonia, '/tickets?limit=100'));
    rows.push(await get(sonia, `/tickets/${about.ticketId}`));
    for (const { body } of rows) {
      const { items, ...rest } = body as Record<string, unknown> & { items?: object[] };
      const seen = JSON.stringify([rest, ...(items ?? [])].map(exceptWords));
      expect(seen).not.toContain(`"${first.ticketId}"`);
      expect(seen).not.toContain(secretTicket);
      expect(seen).toContain('fila restrita');
    }
    const named = await get(fabio, `/intake/${first.id}`);
    expect(JSON.stringify(named.body.decisions)).not.toContain('fila restrita');
  });

  it('D20 D9: mail on a resolved ticket of the private queue goes on there, whichever desk it was sent to', async () => {
    const from = 'dora@cliente.test';
    const { ticketId } = await desk.receive('suporte', eml({ from }));
    await desk.query(
      `update tickets set queue_key = 'financeiro', status = 'resolved', resolved_at = now() where id = $1 returning id`,
      [ticketId],
    );
    const inReplyTo = await desk.ourMessageId(ticketId!);
    const row = await desk.receive(
      'suporte',
      eml({ from, inReplyTo, body: 'Ainda falta o recibo, podem ver?' }),
    );
    expect(row.disposition).toBe('follow_up');
    expect((await get(sonia, `/tickets/${row.ticketId}`)).status).toBe(404);
    expect((await get(sonia, `/intake/${row.id}`)).status).toBe(404);
    expect((await get(fabio, `/tickets/${row.ticketId}`)).body).toMatchObject({
      queue: 'financeiro',
      links: [{ relation: 'follow_up_of', protocol: ticketId }],
    });
    const sent = await desk.query('select mailbox_key from outbox where ticket_id = $1', [
      row.ticketId,
    ]);
    expect(sent).toEqual([{ mailbox_key: 'financeiro' }]);
  });

  it('refuses what is no disposition, no id, no cursor, by name', async () => {
    const wrong = await get(sonia, '/intake?disposition=nonsense&limit=1000');
    expect(wrong.status).toBe(422);
    expect(JSON.stringify(wrong.body)).toContain('disposition');
    expect((await get(sonia, '/intake/abc')).status).toBe(404);
    expect((await get(sonia, '/intake/999999')).status).toBe(404);
    expect((await get(sonia, '/intake?cursor=nonsense')).status).toBe(422);
  });

  it('D22: a replay of an ordinary message answers what today’s code would decide', async () => {
    const { status, body } = await desk.app
      .api()
      .post(`/api/v1/intake/${open[1]}/replay`)
      .set('Authorization', `Bearer ${sonia.token}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: 'compared',
      differs: false,
      disposition: 'ticket_opened',
      recorded: { id: open[1] },
    });
  });

  it('D3: the reasons in force, for every agent', async () => {
    const { body } = await get(sonia, '/reasons');
    expect(body.items).toContainEqual({
      key: 'dominios',
      label: 'Domínios',
      queue: 'suporte',
      action: 'ticket',
      retired: false,
    });
    expect(body.items.map((item: { key: string }) => item.key)).toContain('financeiro');
  });
});

/** What a stranger wrote into the subject is hers to say. */
function exceptWords(item: object): object {
  return { ...item, subject: '', reason: null };
}
