import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { SignedLinks } from '../../../src/platform/index.js';
import { httpApp, type HttpApp } from '../../support/http-app.js';

let http: HttpApp;
let token: string;
let protocol: string;
let foreign: string;

beforeAll(async () => {
  http = await httpApp();
  token = http.app.get(SignedLinks, { strict: false }).sign('portal', 'ana@cliente.example', 90);
  protocol = await open('ana@cliente.example', 'Primeira pergunta');
  foreign = await open('eva@cliente.example', 'Assunto de outra pessoa');
});

afterAll(() => http?.close());

async function open(email: string, details: string): Promise<string> {
  const answer = await http
    .api()
    .post('/api/v1/portal/tickets')
    .send({ name: 'X', email, reason: 'leads', details });
  return (answer.body as { protocol: string }).protocol;
}

const get = (path: string): Promise<Response> =>
  http
    .api()
    .get(`/api/v1/portal${path}`)
    .set('Authorization', `Bearer ${token}`)
    .then((answer) => answer);
const comment = (text: string): Promise<Response> =>
  http
    .api()
    .post(`/api/v1/portal/tickets/${protocol}/comments?token=${token}`)
    .send({ text })
    .then((answer) => answer);
const setStatus = (status: string): Promise<unknown> =>
  http.database.inTransaction((tx) =>
    tx.execute('update tickets set status = $2, resolved_at = now() where id = $1', [
      protocol,
      status,
    ]),
  );

describe('D8: Meus chamados by signed link', () => {
  it('lists only the tickets of the link’s address', async () => {
    const answer = await get('/tickets');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      items: [{ protocol, status: 'open', statusLabel: 'Aberto', requester: 'X' }],
      nextCursor: null,
    });
    expect((await get(`/tickets/${foreign}`)).status).toBe(404);
  });

  it('goes through pages', async () => {
    const second = await open('ana@cliente.example', 'Segunda pergunta');
    const first = (await get('/tickets?limit=1')).body as {
      items: { protocol: string }[];
      nextCursor: string;
    };
    const next = (await get(`/tickets?limit=1&cursor=${first.nextCursor}`)).body as typeof first;
    expect([first.items[0]!.protocol, next.items[0]!.protocol].sort()).toEqual(
      [protocol, second].sort(),
    );
    expect((await get('/tickets?cursor=nonsense')).status).toBe(422);
  });

  it.each([
    ['no token', ''],
    ['a made-up one', 'a.b.c.d'],
  ])('refuses %s', async (_what, wrong) => {
    const answer = await http.api().get(`/api/v1/portal/tickets?token=${wrong}`);
    expect(answer.body).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('refuses a token of another purpose and an expired one', async () => {
    const links = http.app.get(SignedLinks, { strict: false });
    const feedback = links.sign('feedback', 'ana@cliente.example', 1);
    expect((await http.api().get(`/api/v1/portal/tickets?token=${feedback}`)).status).toBe(401);
    const short = links.sign('portal', 'ana@cliente.example', 0);
    expect((await http.api().get(`/api/v1/portal/tickets?token=${short}`)).status).toBe(401);
  });

  it('shows the conversation without notes and events', async () => {
    await http.database.inTransaction((tx) =>
      tx.execute(
        `insert into messages (ticket_id, kind, author_kind, body_text, created_at)
         values ($1, 'note', 'agent', 'Nota interna secreta', now()), ($1, 'event', 'system', 'evento interno', now()),
                ($1, 'reply', 'agent', 'Resposta do time', now())`,
        [protocol],
      ),
    );
    const answer = await get(`/tickets/${protocol}`);
    expect(answer.text).not.toContain('Nota interna');
    expect(answer.text).not.toContain('evento interno');
    expect((answer.body as { messages: { from: string; text: string }[] }).messages).toMatchObject([
      { from: 'customer', text: 'Primeira pergunta' },
      { from: 'agent', text: 'Resposta do time' },
    ]);
  });
});

describe('D8, D10: comments', () => {
  it('are customer’s messages while open or awaiting the customer, and open the ticket again', async () => {
    expect((await comment('Mais um detalhe')).status).toBe(201);
    await setStatus('awaiting_customer');
    expect((await comment('Respondendo')).status).toBe(201);
    const [ticket] = await http.database.query('select status from tickets where id = $1', [
      protocol,
    ]);
    expect(ticket).toEqual({ status: 'open' });
    const rows = await http.database.query(
      `select body_text from messages where ticket_id = $1 and kind = 'inbound' order by id`,
      [protocol],
    );
    expect(rows.map((row) => row['body_text'])).toEqual([
      'Primeira pergunta',
      'Mais um detalhe',
      'Respondendo',
    ]);
  });

  it('are refused on a resolved ticket', async () => {
    await setStatus('resolved');
    expect((await comment('Ainda não')).body).toMatchObject({
      status: 409,
      code: 'invalid_transition',
    });
    const page = await http.api().get(`/portal/ticket/${protocol}?token=${token}`);
    expect(page.text).toContain('Este chamado foi resolvido');
    expect(page.text).not.toContain('<textarea');
    await setStatus('open');
  });

  it('are refused on another person’s ticket', async () => {
    const answer = await http
      .api()
      .post(`/api/v1/portal/tickets/${foreign}/comments?token=${token}`)
      .send({ text: 'x' });
    expect(answer.status).toBe(404);
  });
});

describe('D8: asking for the link', () => {
  const ask = (email: string): Promise<Response> =>
    http
      .api()
      .post('/api/v1/portal/links')
      .send({ email })
      .then((answer) => answer);
  const mails = (): Promise<{ primary_recipient: string; body_text: string }[]> =>
    http.database.query(
      `select primary_recipient, body_text from outbox where kind = 'notice' order by id`,
    );

  it('mails it to addresses with tickets and answers all the same', async () => {
    const known = await ask('ANA@cliente.example');
    const unknown = await ask('ninguem@cliente.example');
    expect([known.status, unknown.status]).toEqual([202, 202]);
    expect(known.text).toBe(unknown.text);
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail!.primary_recipient).toBe('ana@cliente.example');
    const url = /http:\/\/127\.0\.0\.1:3000(\/portal\?token=\S+)/.exec(mail!.body_text)?.[1];
    const page = await http.api().get(url!);
    expect(page.text).toContain(protocol);
    expect(page.text).not.toContain(foreign);
  });

  it('D20: what opens all of her tickets is good for a day: quoted later, it opens nothing', async () => {
    const [mail] = await mails();
    const [, sent] = /\/portal\?token=(\S+)/.exec(mail!.body_text)!;
    const links = http.app.get(SignedLinks, { strict: false });
    expect(links.verify('portal', sent!)).toBe('ana@cliente.example');
    http.clock.advanceMs(25 * 3_600_000);
    expect(links.verify('portal', sent!)).toBeNull();
    http.clock.advanceMs(-25 * 3_600_000);
  });

  it('sends at most three an hour to one address', async () => {
    for (let at = 0; at < 4; at += 1) expect((await ask('ana@cliente.example')).status).toBe(202);
    expect(await mails()).toHaveLength(3);
  });
});
