import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImapFlow } from 'imapflow';
import pg from 'pg';
import type { Correspondence } from '../support/correspondence.js';
import { type Dovecot, DOVECOT_PASSWORD } from '../support/dovecot.js';
import { eventually } from '../support/eventually.js';
import { dayInWords, naiveDueAt } from '../support/naive-deadline.js';
import type { Answer, Api, Product } from '../support/product.js';
import { ProductWithMail } from '../support/product-with-mail.js';
import type { SmtpSink } from '../support/smtp-sink.js';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The civil day in São Paulo (UTC-3) of an instant. */
const dayOf = (instant: Date): string =>
  new Date(instant.getTime() - 3 * 3_600_000).toISOString().slice(0, 10);

/**
 * Calendars made for the hour of the run, for nothing here may wait for the clock: `loja` has a holiday of its own
 * ahead and a lunch break, `distante` opens in three days, `sempre` never closes.
 */
const START = new Date();
const HOLIDAY = dayOf(naiveDueAt(START, 2));
const OPENING = new Date(START.getTime() + 3 * DAY_MS - 3 * 3_600_000);
const OPENING_WEEKDAY = WEEKDAYS[OPENING.getUTCDay()]!;
const week = (hours: string, days = WEEKDAYS): string =>
  days.map((day) => `${day}: ${hours}`).join(', ');
const SHOP_HOURS = "[{ from: '09:00', to: '12:00' }, { from: '13:30', to: '17:30' }]";
const SHOP = { holiday: HOLIDAY, close: '17:30' };
const NO_HOLIDAYS =
  'nationalHolidays: false, carnivalMonday: false, carnivalTuesday: false, corpusChristi: false';

const YAML = `
notifications: { email: true }
calendars:
  loja:
    hours: { ${week(SHOP_HOURS, WEEKDAYS.slice(1, 6))}, sat: [{ from: '09:00', to: '13:00' }] }
    holidays: [{ date: '${HOLIDAY}', name: Aniversário da cidade }]
  distante:
    { businessDays: [${OPENING_WEEKDAY}], hours: { ${OPENING_WEEKDAY}: [{ from: '09:00', to: '18:00' }] }, ${NO_HOLIDAYS} }
  sempre:
    { businessDays: [${WEEKDAYS.join(', ')}], hours: { ${week("[{ from: '00:00', to: '24:00' }]")} }, ${NO_HOLIDAYS} }
deadlines:
  byQueue: { produto: { return: { businessDays: 1 } } }
  byMailbox: { alerta: { return: { businessDays: 3, warnBusinessHours: 60 } } }
`;

interface Opened {
  readonly protocol: string;
  /** Of the acknowledgement. */
  readonly text: string;
  readonly ticket: Answer;
}

/** Promises as customers read them and agents see them explained. */
describe('rules through the wire: promises', () => {
  let all: ProductWithMail;
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let post: Correspondence;
  let product: Product;
  let support: Api;
  let team: Api;

  beforeAll(async () => {
    const keys = ['suporte', 'financeiro', 'loja', 'noite', 'plantao', 'alerta'];
    all = await ProductWithMail.start(
      [...keys, 'sonia'].map((key) => `${key}@hd.test`),
      {
        mailboxes: {
          loja: 'queue: suporte\ncalendar: loja',
          noite: 'queue: suporte\ncalendar: distante\nanswers: service_hours',
          plantao: 'queue: suporte\ncalendar: distante',
          alerta: 'queue: suporte\ncalendar: sempre\nawaitingCustomer: {}',
        },
        extraYaml: YAML,
      },
    );
    ({ product, dovecot, sink, post } = all);
    support = product.agent('sonia@hd.test', ['suporte']);
    team = product.agent('paulo@hd.test', ['produto']);
  }, 120_000);
  afterAll(() => all?.stop());

  it('D16: own holidays, several intervals a day and hours without business days count as configured, and are shown', async () => {
    const opened = await open('d16@cliente.test', 'loja');
    const due = naiveDueAt(new Date(opened.ticket.receivedAt), 3, SHOP);
    expect(new Date(opened.ticket.deadline.dueAt)).toEqual(due);
    expect(opened.text).toContain('até as 17h30');
    expect(opened.text).toContain(dayInWords(due));
    const [clock] = await clocksOf(opened.protocol);
    expect(clock.daysCounted).toHaveLength(3);
    expect(clock.daysCounted).not.toContain(HOLIDAY);
    expect(clock.daysSkipped).toContainEqual({
      date: HOLIDAY,
      why: expect.stringContaining('Aniversário da cidade'),
    });
    const year = await support.get(`/calendars/loja?year=${HOLIDAY.slice(0, 4)}`);
    const known = year.holidays.map((one: Answer) => [one.name, one.kind, one.observed]);
    expect(known).toContainEqual(['Aniversário da cidade', 'own', true]);
    for (const name of ['Carnaval', 'Corpus Christi', 'Consciência Negra', 'Sexta-feira Santa']) {
      expect(JSON.stringify(known)).toContain(name);
    }
  }, 60_000);

  it('D11 D14: an escalation has its own six days beside the return clock; the customer is told; the hand-back ends it', async () => {
    const customer = 'd14@cliente.test';
    const { protocol, ticket } = await open(customer, 'loja');
    const [before] = await clocksOf(protocol);
    const escalated = await support.post(`/tickets/${protocol}/escalation`, {
      queue: 'produto',
      text: 'Parece erro do editor.',
    });
    expect(escalated).toMatchObject({ queue: 'suporte', escalation: { queue: 'produto' } });
    const due = naiveDueAt(new Date(escalated.escalation.since), 6, SHOP);
    expect(new Date(escalated.escalation.dueAt)).toEqual(due);
    const notice = await post.received(customer, 'escalation', (mail) =>
      mail.parsed.subject!.includes('direcionado ao time de Produto'),
    );
    expect(notice.parsed.text).toContain(dayInWords(due));
    expect(notice.parsed.headers.get('auto-submitted')).toMatch(/^auto-/);

    const running = await clocksOf(protocol);
    expect(running).toMatchObject([
      { id: before.id, kind: 'first_return', state: 'running', dueAt: before.dueAt },
      { kind: 'resolution', state: 'running' },
    ]);
    const further = { queue: 'analistas', text: 'E os dados?', notifyCustomer: false };
    await support.post(`/tickets/${protocol}/escalation`, further);
    await team.post(`/tickets/${protocol}/notes`, { text: 'Reproduzimos o erro.' });
    await support.post(`/tickets/${protocol}/replies`, { text: 'Estamos corrigindo.' });
    const waiting = await support.ticketIs(protocol, 'awaiting_customer');
    expect(waiting.deadline).toMatchObject({ kind: 'resolution', state: 'running' });
    expect(new Date(waiting.deadline.dueAt)).toEqual(due);
    expect(new Date(waiting.lastActivityAt) > new Date(ticket.lastActivityAt)).toBe(true);

    const outcome = 'Corrigido na versão de hoje.';
    const handed = await team.call('DELETE', `/tickets/${protocol}/escalation`, { outcome });
    expect(handed.body).toMatchObject({ queue: 'suporte', escalation: null });
    expect((await clocksOf(protocol)).map((one) => [one.kind, one.state])).toEqual([
      ['first_return', 'met'],
      ['resolution', 'met'],
    ]);
    expect(JSON.stringify(await support.get(`/tickets/${protocol}/messages`))).toContain(outcome);
    // Analysts promise three days (D11).
    const again = await support.post(`/tickets/${protocol}/escalation`, further);
    expect(new Date(again.escalation.dueAt)).toEqual(
      naiveDueAt(new Date(again.escalation.since), 3, SHOP),
    );
  }, 60_000);

  it('D18: outside service hours we acknowledge at once and say so; answers leave at once, or wait where the mailbox holds them', async () => {
    const [night, duty] = await Promise.all([
      open('noite@cliente.test', 'noite'),
      open('plantao@cliente.test', 'plantao'),
    ]);
    expect(night.text).toContain('fora do horário de atendimento');
    expect((await open('dia@cliente.test', 'alerta')).text).not.toContain('fora do horário');

    const answer = { text: 'Bom dia! Já vimos.' };
    const held = await support.post(`/tickets/${night.protocol}/replies`, answer);
    await support.post(`/tickets/${duty.protocol}/replies`, answer);
    await post.received('plantao@cliente.test', 'answer at once', (mail) =>
      mail.parsed.text!.includes('Já vimos'),
    );
    await support.ticketIs(duty.protocol, 'awaiting_customer');

    expect(held.delivery).toMatchObject({ state: 'held' });
    const rows = (await support.get('/outbox?limit=100&state=held')).items;
    const row = rows.find((one: Answer) => one.ticket === night.protocol && one.kind === 'reply');
    expect(dayOf(new Date(row.notBefore))).toBe(OPENING.toISOString().slice(0, 10));
    expect(sink.to('noite@cliente.test')).toHaveLength(1);
    // Held is not met (D19).
    expect(await support.get(`/tickets/${night.protocol}`)).toMatchObject({
      status: 'open',
      deadline: { kind: 'first_return', state: 'running' },
    });
  }, 60_000);

  it('D19: one warning before and one breach after, to the team; a late answer stays late; a bounce brings the promise back', async () => {
    // Two days ago: due within the next 48 hours, warned of 60 hours before.
    const early = await openAt('cedo@cliente.test', new Date(Date.now() - 2 * DAY_MS));
    // A date that lies ahead is promised (D15): the day of which the due instant is the end.
    const promised = new Date(Date.parse(early.ticket.deadline.dueAt) - 1);
    expect(early.text).toMatch(new RegExp(`Retorno: .*${dayInWords(promised)}`));
    const warning = await noticeOf(early.protocol);
    expect(warning.parsed.text).toContain('se aproxima');

    const late = await openAt('tarde@cliente.test', new Date(Date.now() - 20 * DAY_MS));
    // D15: a date that has passed is promised to nobody.
    expect(late.text).not.toContain('Retorno:');
    const breach = await noticeOf(late.protocol);
    expect(breach.parsed.text).toContain('venceu');
    expect((await support.get('/tickets?overdue=true')).items).toMatchObject([
      { protocol: late.protocol, deadline: { state: 'breached' } },
    ]);
    await support.post(`/tickets/${late.protocol}/replies`, { text: 'Desculpe a demora.' });
    await support.ticketIs(late.protocol, 'awaiting_customer');
    expect((await clocksOf(late.protocol))[0].state).toBe('breached');

    await support.post(`/tickets/${early.protocol}/replies`, { text: 'Pode testar?' });
    const reply = await post.received('cedo@cliente.test', 'answer', (mail) =>
      mail.parsed.text!.includes('Pode testar?'),
    );
    await support.ticketIs(early.protocol, 'awaiting_customer');
    expect((await clocksOf(early.protocol))[0].state).toBe('met');
    await dovecot.deliver('alerta@hd.test', undelivered(reply.parsed.messageId!), '');
    const back = await support.ticketIs(early.protocol, 'open');
    expect(back.deadline).toEqual(early.ticket.deadline);
    const notices = sink.to('sonia@hd.test');
    for (const protocol of [early.protocol, late.protocol]) {
      expect(notices.filter((mail) => mail.parsed.text!.includes(protocol))).toHaveLength(1);
    }
  }, 60_000);

  it('D19: a move leaves the running clock alone; the next one follows the new policy and says so', async () => {
    const customer = 'muda@cliente.test';
    const { protocol, ticket } = await open(customer, 'suporte');
    const moved = await support.call('PATCH', `/tickets/${protocol}`, { queue: 'produto' });
    expect(moved.body).toMatchObject({ queue: 'produto', deadline: ticket.deadline });
    expect((await clocksOf(protocol))[0].policy).toMatchObject({ key: 'default', businessDays: 3 });
    await team.post(`/tickets/${protocol}/replies`, { text: 'Qual navegador?' });
    const reply = await post.received(customer, 'answer', (mail) =>
      mail.parsed.text!.includes('Qual navegador?'),
    );
    await support.ticketIs(protocol, 'awaiting_customer');
    await post.send({
      from: customer,
      to: 'suporte@hd.test',
      subject: `Re: ${reply.parsed.subject}`,
      text: 'O Firefox.',
      inReplyTo: reply.parsed.messageId,
    });
    await support.ticketIs(protocol, 'open');
    const [, next] = await clocksOf(protocol);
    expect(next).toMatchObject({
      kind: 'next_return',
      policy: { key: 'queue:produto', businessDays: 1 },
    });
    expect(new Date(next.dueAt)).toEqual(naiveDueAt(new Date(next.startedAt), 1));
  }, 60_000);

  it('D9 D12: who does not answer is reminded once, then the ticket is resolved without a question; the next word opens a follow-up', async () => {
    const customer = 'calado@cliente.test';
    const { protocol } = await open(customer, 'alerta');
    await support.post(`/tickets/${protocol}/replies`, { text: 'Qual é o domínio?' });
    await support.ticketIs(protocol, 'awaiting_customer');
    await tenDaysPass(protocol, 'waiting');
    const reminder = await post.received(customer, 'reminder', (mail) =>
      mail.parsed.text!.includes('Aguardamos a sua resposta até'),
    );
    expect(reminder.parsed.subject).toContain(`[Chamado ${protocol}]`);
    expect(reminder.parsed.headers.get('auto-submitted')).toBe('auto-generated');
    // Three business days from now, of a calendar in which every day is one.
    expect(reminder.parsed.text).toContain(dayInWords(new Date(Date.now() + 3 * DAY_MS)));

    await tenDaysPass(protocol, 'reminded');
    expect(await support.ticketIs(protocol, 'resolved')).toMatchObject({
      closeReason: 'no_response',
    });
    const closing = await post.received(customer, 'closing', (mail) =>
      mail.parsed.text!.includes(`encerramos o chamado ${protocol}`),
    );
    expect(closing.parsed.text).not.toContain('http');
    const word = await post.send({
      from: customer,
      to: 'alerta@hd.test',
      subject: `Re: ${closing.parsed.subject}`,
      text: 'Estive fora. O domínio é empresa.com.br e segue fora do ar, podem ver?',
      inReplyTo: closing.parsed.messageId,
    });
    const followUp = await acknowledged(customer, word);
    expect(followUp.protocol).not.toBe(protocol);
    expect(followUp.text).toContain(protocol);
    const kinds = (await support.get(`/outbox?limit=100`)).items
      .filter((one: Answer) => one.ticket === protocol)
      .map((one: Answer) => one.kind);
    expect(kinds.sort()).toEqual(['acknowledgement', 'closing', 'reminder', 'reply']);
  }, 90_000);

  /** The ticket's wait is ten days older, once it has come to that stage: nothing here may wait for the clock. */
  async function tenDaysPass(protocol: string, stage: string): Promise<void> {
    const client = new pg.Client({ connectionString: all.databaseUrl });
    await client.connect();
    try {
      await eventually(`the wait is ${stage}`, async () => {
        const { rowCount } = await client.query(
          `update customer_waits set since = since - interval '10 days', act_at = act_at - interval '10 days',
                  reminded_at = reminded_at - interval '10 days' where ticket_id = $1 and stage = $2`,
          [protocol, stage],
        );
        return rowCount === 1;
      });
    } finally {
      await client.end();
    }
  }

  /** A customer's first mail, its acknowledgement and its ticket. */
  async function open(from: string, mailbox: string): Promise<Opened> {
    const id = await post.send({
      from,
      to: `${mailbox}@hd.test`,
      subject: 'Uma pergunta',
      text: 'Como faço?',
    });
    return acknowledged(from, id);
  }

  const clocksOf = async (protocol: string): Promise<Answer[]> =>
    (await support.get(`/tickets/${protocol}/deadlines`)).items;

  const noticeOf = (protocol: string) =>
    post.received('sonia@hd.test', `notice of ${protocol}`, (mail) =>
      mail.parsed.text!.includes(protocol),
    );

  /** As `open`, with a mail that the server received at `receivedAt` and we only see now. */
  async function openAt(from: string, receivedAt: Date): Promise<Opened> {
    const to = 'alerta@hd.test';
    const mail = await post.write({ from, to, subject: 'Esqueceram de mim?', text: 'Alô?' });
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: dovecot.imapPort,
      secure: false,
      doSTARTTLS: false,
      auth: { user: to, pass: DOVECOT_PASSWORD },
      logger: false,
    });
    await client.connect();
    await client.append('INBOX', mail.raw, [], receivedAt);
    await client.logout();
    return acknowledged(from, mail.messageId);
  }

  async function acknowledged(from: string, messageId: string): Promise<Opened> {
    const { protocol, text } = await post.answerTo(from, messageId);
    return { protocol, text, ticket: await support.get(`/tickets/${protocol}`) };
  }

  /** The report of a mail server that could not deliver (RFC 3464). */
  function undelivered(messageId: string): string {
    return `From: MAILER-DAEMON@mx.cliente.test
To: alerta@hd.test
Subject: Undelivered Mail Returned to Sender
Date: ${new Date().toUTCString()}
Message-ID: <dsn-1@mx.cliente.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.cliente.test

Final-Recipient: rfc822; cedo@cliente.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: ${messageId}

--b--
`.replaceAll('\n', '\r\n');
  }
});
