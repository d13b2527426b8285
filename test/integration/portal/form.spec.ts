import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { CalendarConfig, CurrentConfig, type HelpdeskConfig } from '../../../src/config/index.js';
import { AcknowledgementServices } from '../../../src/modules/tickets/commands/acknowledge-ticket.js';
import { SignedLinks } from '../../../src/platform/index.js';
import { httpApp, type HttpApp } from '../../support/http-app.js';

let http: HttpApp;

beforeAll(async () => {
  http = await httpApp();
});

afterAll(() => http?.close());

const FORM = {
  name: 'Ana Souza',
  email: 'Ana@Cliente.example',
  reason: 'dominios',
  details: 'Não consigo publicar.\r\nVeja http://mal.example/isca',
};

const submit = (form: object, query = ''): Promise<Response> =>
  http
    .api()
    .post(`/api/v1/portal/tickets${query}`)
    .send(form)
    .then((answer) => answer);

interface OutboxRow extends Record<string, unknown> {
  kind: string;
  primary_recipient: string;
  subject: string;
  body_text: string;
  body_html: string;
  recipients: unknown;
}

const outbox = (protocol: string): Promise<OutboxRow[]> =>
  http.database.query<OutboxRow>('select * from outbox where ticket_id = $1', [protocol]);

describe('D2: the form by API', () => {
  it('opens a ticket in the reason’s queue with protocol, clock and the reason as picked', async () => {
    const answer = await submit(FORM);
    expect(answer.status).toBe(201);
    const { protocol } = answer.body as { protocol: string };
    expect(answer.body).toMatchObject({
      protocol: expect.stringMatching(/^\d{7}$/),
      dueAt: '2026-11-10T21:00:00.000Z',
    });
    const [ticket] = await http.database.query('select * from tickets where id = $1', [protocol]);
    expect(ticket).toMatchObject({
      channel: 'form',
      queue_key: 'suporte',
      reason_key: 'dominios',
      reason_decided_by: 'form',
      requester_address: 'ana@cliente.example',
      status: 'open',
    });
    const [message] = await http.database.query(
      'select * from messages where ticket_id = $1 and kind = $2',
      [protocol, 'inbound'],
    );
    expect(message).toMatchObject({
      visible_text: 'Não consigo publicar.\nVeja http://mal.example/isca',
    });
  });

  it('sends an unconfirmed address the fixed confirmation only, without a word of what was typed', async () => {
    const { protocol } = (await submit({ ...FORM, name: 'Visite http://mal.example' })).body as {
      protocol: string;
    };
    const mails = await outbox(protocol);
    expect(mails.map((mail) => mail.kind)).toEqual(['form_confirmation']);
    const [mail] = mails;
    expect(mail!.primary_recipient).toBe('ana@cliente.example');
    const whole = JSON.stringify(mail);
    expect(whole).toContain(protocol);
    expect(whole).not.toContain('mal.example');
    expect(whole).not.toContain('Visite');
    expect(whole).not.toContain('publicar');
  });

  it('acknowledges as usual where a link proves the address', async () => {
    const token = http.app
      .get(SignedLinks, { strict: false })
      .sign('portal', 'ana@cliente.example', 1);
    const { protocol } = (await submit(FORM, `?token=${token}`)).body as { protocol: string };
    expect((await outbox(protocol)).map((mail) => mail.kind)).toEqual(['acknowledgement']);
    const foreign = http.app
      .get(SignedLinks, { strict: false })
      .sign('portal', 'eva@cliente.example', 1);
    const other = (await submit(FORM, `?token=${foreign}`)).body as { protocol: string };
    expect((await outbox(other.protocol)).map((mail) => mail.kind)).toEqual(['form_confirmation']);
  });

  it('D20: Financeiro goes to the private queue and its own mailbox', async () => {
    const { protocol } = (
      await submit({ ...FORM, email: 'b@cliente.example', reason: 'financeiro' })
    ).body as {
      protocol: string;
    };
    const [ticket] = await http.database.query(
      'select queue_key, mailbox_key from tickets where id = $1',
      [protocol],
    );
    expect(ticket).toEqual({ queue_key: 'financeiro', mailbox_key: 'financeiro' });
  });

  it('puts what a robot filled in into the suspects’ lane and answers nothing', async () => {
    const answer = await submit({
      ...FORM,
      email: 'robo@cliente.example',
      website: 'http://spam.example',
    });
    expect(answer.status).toBe(201);
    const { protocol } = answer.body as { protocol: string };
    const [ticket] = await http.database.query('select lane from tickets where id = $1', [
      protocol,
    ]);
    expect(ticket).toEqual({ lane: 'suspected' });
    expect(await outbox(protocol)).toEqual([]);
  });

  it.each([
    ['nothing', {}, ['name', 'email', 'reason', 'details']],
    ['an unknown reason', { ...FORM, reason: 'nenhum' }, ['reason']],
    ['our own address', { ...FORM, email: 'suporte@empresa.example' }, ['email']],
    ['an unknown field', { ...FORM, priority: 'critical' }, ['priority']],
    ['blanks', { ...FORM, name: '  ', details: '\n' }, ['name', 'details']],
  ])('names every wrong field: %s', async (_what, form, fields) => {
    const answer = await submit(form);
    expect(answer.status).toBe(422);
    const found = (answer.body as { fields: { path: string }[] }).fields.map((field) => field.path);
    expect([...new Set(found)].sort()).toEqual([...fields].sort());
  });

  it('takes files, keeps their names harmless and refuses too many', async () => {
    const post = (files: number) => {
      const request = http.api().post('/api/v1/portal/tickets');
      for (const [field, value] of Object.entries({ ...FORM, email: 'c@cliente.example' }))
        request.field(field, value);
      for (let at = 0; at < files; at += 1) {
        request.attach('attachments', Buffer.from('%PDF-1.7 conteúdo'), {
          filename: '../../etc/nota\u202E fiscal ção.pdf',
        });
      }
      return request;
    };
    const answer = await post(1);
    expect(answer.status).toBe(201);
    const rows = await http.database.query(
      `select a.filename from attachments a join messages m on m.id = a.message_id where m.ticket_id = $1`,
      [(answer.body as { protocol: string }).protocol],
    );
    expect(rows).toEqual([{ filename: 'nota fiscal ção.pdf' }]);
    expect((await post(6)).body).toMatchObject({
      code: expect.stringMatching(/body_too_large|validation_failed/),
    });
  });

  it('is throttled by the machine it comes from', async () => {
    http.clock.advanceMs(3_600_000);
    for (let at = 0; at < 10; at += 1) {
      expect((await submit({ ...FORM, email: `p${at}@cliente.example` })).status).toBe(201);
    }
    expect((await submit({ ...FORM, email: 'p11@cliente.example' })).status).toBe(429);
    http.clock.advanceMs(3_600_000);
  });
});

describe('D2: the form as a page', () => {
  const page = (): Promise<Response> =>
    http
      .api()
      .get('/portal/new')
      .then((answer) => answer);

  it('works without script: labels, language, required reason', async () => {
    const answer = await page();
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.text).toContain('<html lang="pt-BR">');
    expect(answer.text).not.toContain('<script');
    for (const field of ['name', 'email', 'reason', 'details', 'attachments']) {
      expect(answer.text).toContain(`<label for="${field}">`);
      expect(answer.text).toMatch(new RegExp(`id="${field}"`));
    }
    for (const label of [
      'Domínios',
      'Máquina de e-mail',
      'Leads',
      'Páginas',
      'Integrações',
      'Produtos',
      'Financeiro',
    ]) {
      expect(answer.text).toContain(label);
    }
  });

  it('gives back what was typed, says what is wrong and leads to the field', async () => {
    const answer = await http
      .api()
      .post('/portal/new')
      .type('form')
      .send({ name: '<b>Ana</b>', email: 'x', reason: '', details: 'Olá' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<title>Erro: ');
    expect(answer.text).toContain('href="#email"');
    expect(answer.text).toContain('href="#reason"');
    expect(answer.text).toContain('aria-describedby="email-erro"');
    expect(answer.text).toContain('value="&lt;b&gt;Ana&lt;/b&gt;"');
    expect(answer.text).toMatch(/<textarea[^>]*>\s*Olá<\/textarea/);
  });

  it('shows the protocol after sending', async () => {
    const request = http.api().post('/portal/new');
    for (const [field, value] of Object.entries({
      ...FORM,
      email: 'd@cliente.example',
      website: '',
    })) {
      request.field(field, value);
    }
    const answer = await request.attach('attachments', Buffer.from(''), { filename: '' });
    expect(answer.status).toBe(201);
    const protocol = /class="protocol">\s*(\d{7})/.exec(answer.text)?.[1];
    const [ticket] = await http.database.query(
      'select requester_address from tickets where id = $1',
      [protocol],
    );
    expect(ticket).toEqual({ requester_address: 'd@cliente.example' });
  });

  it('refuses posts that another site caused, as a page', async () => {
    const answer = await http
      .api()
      .post('/portal/new')
      .set('Sec-Fetch-Site', 'cross-site')
      .type('form')
      .send(FORM);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<html lang="pt-BR">');
  });

  it('is found from the first page', async () => {
    const answer = await http.api().get('/');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('href="/portal/new"');
  });

  it('answers unknown pages with a page', async () => {
    const answer = await http.api().get('/portal/feedback/nonsense');
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('Este link não vale mais');
  });
});

describe('D16: notices and the feed of days off', () => {
  it('customers read a notice on the form and in what is sent to them, while it applies', async () => {
    const config = http.app.get(CurrentConfig, { strict: false });
    const before = config.get();
    const today = http.clock.now().toISOString().slice(0, 10);
    const notices = [{ from: today, until: today, text: 'Fecharemos dia 24 às 12h.' }];
    const calendar = Object.assign(new CalendarConfig(), { notices });
    config.replace({
      version: config.version,
      config: Object.assign(Object.create(before) as HelpdeskConfig, {
        calendars: { default: calendar },
      }),
    });
    try {
      const page = await http.api().get('/portal/new');
      expect(page.text).toContain('Fecharemos dia 24 às 12h.');
      const mails = http.app.get(AcknowledgementServices, { strict: false });
      expect(mails.calendars.notices('default', http.clock.now())).toEqual([
        { text: 'Fecharemos dia 24 às 12h.', until: today },
      ]);
      http.clock.advanceMs(24 * 3_600_000);
      expect((await http.api().get('/portal/new')).text).not.toContain('Fecharemos');
    } finally {
      http.clock.advanceMs(-24 * 3_600_000);
      config.replace({ version: config.version, config: before });
    }
  });

  it('calendar programs subscribe without a log-in', async () => {
    const feed = await http.api().get('/api/v1/calendars/default/feed.ics');
    expect([feed.status, feed.headers['content-type']]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ]);
    expect(feed.text).toContain('SUMMARY:Sem atendimento: feriado\\, Natal');
    expect((await http.api().get('/api/v1/calendars/none/feed.ics')).status).toBe(404);
  });
});
