import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { Dovecot } from '../support/dovecot.js';
import { emptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { naiveDueAt } from '../support/naive-deadline.js';
import { type Answer, type Api, Product } from '../support/product.js';
import { type CaughtMail, SmtpSink } from '../support/smtp-sink.js';

/**
 * The main job through the real thing: Dovecot, PostgreSQL, SMTP, the product's own processes, the REST API.
 * Everything that leaves goes through the sink into the customer's mailbox on Dovecot.
 */
describe('the main job: mail in → ticket → acknowledgement → reply → customer', () => {
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let database: { url: string; close(): Promise<void> };
  let product: Product;
  let support: Api;
  let finance: Api;

  beforeAll(async () => {
    dovecot = await Dovecot.start(['suporte@hd.test', 'financeiro@hd.test', 'ana@cliente.test']);
    sink = await SmtpSink.start();
    sink.script.onMessage = async ({ envelopeFrom, recipients, raw }) => {
      for (const recipient of recipients) await dovecot.deliver(recipient, raw, envelopeFrom);
    };
    database = await emptyDatabase();
    product = await Product.start({ databaseUrl: database.url, dovecot, sink });
    support = product.agent('sonia@hd.test', ['suporte']);
    finance = product.agent('fabio@hd.test', ['financeiro']);
  }, 120_000);
  afterAll(async () => {
    await product?.remove();
    await sink?.stop();
    await dovecot?.stop();
    await database?.close();
  });

  it('D1 D7 D9 D13 D15 D26: support, from the first mail to the linked follow-up', async () => {
    await journey({
      mailbox: 'suporte',
      api: support,
      customer: 'ana@cliente.test',
      subject: 'Página fora do ar',
    });
  }, 120_000);

  it('D1 D4 D20: finance goes the same way, and support sees nothing of it', async () => {
    const protocol = await journey({
      mailbox: 'financeiro',
      api: finance,
      customer: 'bia@cliente.test',
      subject: 'Segunda via do boleto confidencial',
    });
    expect((await finance.get(`/tickets/${protocol}`)).reason.key).toBe('financeiro');
    expect((await support.call('GET', `/tickets/${protocol}`)).status).toBe(404);
    expect((await support.call('GET', `/tickets/${protocol}/messages`)).status).toBe(404);
    const list = await support.get('/tickets?limit=100');
    expect(JSON.stringify(list)).not.toContain('confidencial');
    expect(JSON.stringify(await support.get('/intake?limit=100'))).not.toContain('confidencial');
    expect(JSON.stringify(await support.get('/outbox?limit=100'))).not.toContain(
      'bia@cliente.test',
    );
  }, 120_000);

  async function journey(way: {
    mailbox: string;
    api: Api;
    customer: string;
    subject: string;
  }): Promise<string> {
    if (way.customer !== 'ana@cliente.test') dovecot.addUser(way.customer);
    const { api, customer } = way;
    const desk = `${way.mailbox}@hd.test`;
    const first = await send({
      from: customer,
      to: desk,
      subject: way.subject,
      text: 'Bom dia, preciso de ajuda.',
    });

    const acknowledgement = await received(
      customer,
      'acknowledgement',
      (mail) => mail.parsed.inReplyTo === first,
    );
    const protocol = /\[Chamado (\d+)\]/.exec(acknowledgement.parsed.subject!)![1]!;
    expect(acknowledgement.envelopeFrom).toBe('');
    expect(acknowledgement.parsed.headers.get('auto-submitted')).toBe('auto-replied');
    const opened = await api.get(`/tickets/${protocol}`);
    expect(opened).toMatchObject({ status: 'open', queue: way.mailbox, channel: 'email' });
    const due = naiveDueAt(new Date(opened.receivedAt), 3);
    expect(new Date(opened.deadline.dueAt)).toEqual(due);
    const local = new Date(due.getTime() - 3 * 3_600_000);
    expect(acknowledgement.parsed.text).toContain(`${local.getUTCDate()} de `);
    expect(acknowledgement.parsed.text).toContain('18h');

    await api.post(`/tickets/${protocol}/replies`, {
      text: 'Já verificamos. Pode testar?',
      then: 'awaiting_customer',
    });
    const reply = await received(
      customer,
      'reply',
      (mail) => mail.parsed.text?.includes('Pode testar?') === true,
    );
    expect([reply.parsed.references].flat()).toContain(first.replace(/^(?!<)/, ''));
    expect(reply.parsed.subject).toContain(`[Chamado ${protocol}]`);
    const answered = await statusBecomes(api, protocol, 'awaiting_customer');
    expect(answered.deadline.dueAt ?? null).toBeNull();
    expect((await api.get(`/tickets/${protocol}/deadlines`)).items[0]).toMatchObject({
      kind: 'first_return',
      state: 'met',
    });

    await send({
      from: customer,
      to: desk,
      subject: `Re: ${reply.parsed.subject}`,
      text: 'Ainda não funciona, pode ver?',
      inReplyTo: reply.parsed.messageId,
    });
    const again = await statusBecomes(api, protocol, 'open');
    expect(again.deadline).toMatchObject({ kind: 'next_return', state: 'running' });
    expect(new Date(again.deadline.dueAt).getTime()).toBeGreaterThanOrEqual(due.getTime());
    // D7: no acknowledgement for an answer.
    expect(
      sink
        .to(customer)
        .filter((mail) => mail.parsed.headers.get('auto-submitted') === 'auto-replied'),
    ).toHaveLength(1);

    await api.post(`/tickets/${protocol}/replies`, { text: 'Corrigido agora.', then: 'resolved' });
    const last = await received(
      customer,
      'resolving reply',
      (mail) => mail.parsed.text?.includes('Corrigido agora.') === true,
    );
    await statusBecomes(api, protocol, 'resolved');

    const late = await send({
      from: customer,
      to: desk,
      subject: `Re: ${last.parsed.subject}`,
      text: 'O erro voltou hoje cedo, podem olhar?',
      inReplyTo: last.parsed.messageId,
    });
    const opening = await received(customer, 'follow-up', (mail) => mail.parsed.inReplyTo === late);
    const followUp = /\[Chamado (\d+)\]/.exec(opening.parsed.subject!)![1]!;
    expect(followUp).not.toBe(protocol);
    const linked = await api.get(`/tickets/${followUp}`);
    expect(linked.status).toBe('open');
    expect(JSON.stringify(linked.links)).toContain(protocol);
    expect((await api.get(`/tickets/${protocol}`)).status).toBe('resolved');
    return protocol;
  }

  /** The customer's own mail program: SMTP to the customer's provider is LMTP to Dovecot here. Returns the Message-ID. */
  async function send(mail: {
    from: string;
    to: string;
    subject: string;
    text: string;
    inReplyTo?: string;
  }): Promise<string> {
    const stream = nodemailer.createTransport({ streamTransport: true, buffer: true });
    const built = await stream.sendMail({ ...mail, references: mail.inReplyTo });
    await dovecot.deliver(mail.to, built.message as Buffer, mail.from);
    return built.messageId;
  }

  /** Waits until the mail has gone through SMTP and lies in the customer's mailbox. */
  async function received(
    customer: string,
    what: string,
    matches: (mail: CaughtMail) => boolean,
  ): Promise<CaughtMail> {
    const mail = await sink.mail(
      what,
      (caught) => caught.recipients.includes(customer) && matches(caught),
      30_000,
    );
    await eventually(
      `${what} in the mailbox`,
      () =>
        dovecot.doveadm(
          'search',
          '-u',
          customer,
          'mailbox',
          'INBOX',
          'HEADER',
          'Message-ID',
          mail.parsed.messageId!,
        ) !== '',
    );
    return mail;
  }

  function statusBecomes(api: Api, protocol: string, status: string): Promise<Answer> {
    return eventually(`ticket is ${status}`, async () => {
      const ticket = await api.get(`/tickets/${protocol}`);
      return ticket.status === status ? ticket : false;
    });
  }
});
