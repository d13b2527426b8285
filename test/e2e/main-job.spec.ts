import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Correspondence } from '../support/correspondence.js';
import type { Dovecot } from '../support/dovecot.js';
import { dayInWords, naiveDueAt } from '../support/naive-deadline.js';
import type { Api, Product } from '../support/product.js';
import { ProductWithMail } from '../support/product-with-mail.js';
import type { SmtpSink } from '../support/smtp-sink.js';

/**
 * The main job through the real thing: Dovecot, PostgreSQL, SMTP, the product's own processes, the REST API.
 * Everything that leaves goes through the sink into the customer's mailbox on Dovecot.
 */
describe('the main job: mail in → ticket → acknowledgement → reply → customer', () => {
  let all: ProductWithMail;
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let post: Correspondence;
  let product: Product;
  let support: Api;
  let finance: Api;

  beforeAll(async () => {
    all = await ProductWithMail.start([
      'suporte@hd.test',
      'financeiro@hd.test',
      'ana@cliente.test',
    ]);
    ({ product, dovecot, sink, post } = all);
    support = product.agent('sonia@hd.test', ['suporte']);
    finance = product.agent('fabio@hd.test', ['financeiro']);
  }, 120_000);
  afterAll(() => all?.stop());

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
    const first = await post.send({
      from: customer,
      to: desk,
      subject: way.subject,
      text: 'Bom dia, preciso de ajuda.',
    });

    const { mail: acknowledgement, protocol } = await post.answerTo(customer, first);
    expect(acknowledgement.envelopeFrom).toBe('');
    expect(acknowledgement.parsed.headers.get('auto-submitted')).toBe('auto-replied');
    const opened = await api.get(`/tickets/${protocol}`);
    expect(opened).toMatchObject({ status: 'open', queue: way.mailbox, channel: 'email' });
    const due = naiveDueAt(new Date(opened.receivedAt), 3);
    expect(new Date(opened.deadline.dueAt)).toEqual(due);
    expect(acknowledgement.parsed.text).toContain(dayInWords(due));
    expect(acknowledgement.parsed.text).toContain('18h');

    await api.post(`/tickets/${protocol}/replies`, {
      text: 'Já verificamos. Pode testar?',
      then: 'awaiting_customer',
    });
    const reply = await post.received(
      customer,
      'reply',
      (mail) => mail.parsed.text?.includes('Pode testar?') === true,
    );
    expect([reply.parsed.references].flat()).toContain(first.replace(/^(?!<)/, ''));
    expect(reply.parsed.subject).toContain(`[Chamado ${protocol}]`);
    const answered = await api.ticketIs(protocol, 'awaiting_customer');
    expect(answered.deadline.dueAt ?? null).toBeNull();
    expect((await api.get(`/tickets/${protocol}/deadlines`)).items[0]).toMatchObject({
      kind: 'first_return',
      state: 'met',
    });

    await post.send({
      from: customer,
      to: desk,
      subject: `Re: ${reply.parsed.subject}`,
      text: 'Ainda não funciona, pode ver?',
      inReplyTo: reply.parsed.messageId,
    });
    const again = await api.ticketIs(protocol, 'open');
    expect(again.deadline).toMatchObject({ kind: 'next_return', state: 'running' });
    expect(new Date(again.deadline.dueAt).getTime()).toBeGreaterThanOrEqual(due.getTime());
    // D7: no acknowledgement for an answer.
    expect(
      sink
        .to(customer)
        .filter((mail) => mail.parsed.headers.get('auto-submitted') === 'auto-replied'),
    ).toHaveLength(1);

    await api.post(`/tickets/${protocol}/replies`, { text: 'Corrigido agora.', then: 'resolved' });
    const last = await post.received(
      customer,
      'resolving reply',
      (mail) => mail.parsed.text?.includes('Corrigido agora.') === true,
    );
    await api.ticketIs(protocol, 'resolved');

    const late = await post.send({
      from: customer,
      to: desk,
      subject: `Re: ${last.parsed.subject}`,
      text: 'O erro voltou hoje cedo, podem olhar?',
      inReplyTo: last.parsed.messageId,
    });
    const { protocol: followUp } = await post.answerTo(customer, late);
    expect(followUp).not.toBe(protocol);
    const linked = await api.get(`/tickets/${followUp}`);
    expect(linked.status).toBe('open');
    expect(JSON.stringify(linked.links)).toContain(protocol);
    expect((await api.get(`/tickets/${protocol}`)).status).toBe('resolved');
    return protocol;
  }
});
