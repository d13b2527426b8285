import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Correspondence } from '../support/correspondence.js';
import type { Dovecot } from '../support/dovecot.js';
import { eventually } from '../support/eventually.js';
import type { Answer, Api, Product } from '../support/product.js';
import { ProductWithMail } from '../support/product-with-mail.js';
import type { SmtpSink } from '../support/smtp-sink.js';

const SUPPORT = 'suporte@hd.test';
const FINANCE = 'financeiro@hd.test';
const PASSING = { 'Authentication-Results': 'mx.hd.test; dmarc=pass header.from=hd.test' };

/** One product; what belongs to which ticket is seen from outside alone: mails that leave, REST answers. */
describe('rules through the wire: joining the right ticket', () => {
  let all: ProductWithMail;
  let dovecot: Dovecot;
  let sink: SmtpSink;
  let post: Correspondence;
  let product: Product;
  let support: Api;
  let finance: Api;

  beforeAll(async () => {
    all = await ProductWithMail.start([SUPPORT, FINANCE], {
      companyYaml: 'agentAddresses: [bia@hd.test]',
      mailboxYaml:
        "trustedAuthservIds: [mx.hd.test]\nreplyAddress: signed\npollIntervalSeconds: 1\nsuspects: { senders: ['@promo.test'] }",
    });
    ({ product, dovecot, sink, post } = all);
    support = product.agent('sonia@hd.test', ['suporte']);
    finance = product.agent('fabio@hd.test', ['financeiro']);
  }, 120_000);
  afterAll(() => all?.stop());

  it('D26: an answer to the signed address joins with nothing else left of the thread; a stranger’s waits', async () => {
    const { from, protocol, answersTo } = await asks('ana@cliente.test');
    expect(answersTo).toMatch(new RegExp(`^suporte\\+r\\.${protocol}\\.[0-9a-v]{16}@hd\\.test$`));
    await post.send({ from, to: answersTo, subject: 'mais um dado', text: 'A tela fica branca.' });
    await messageOf(support, protocol, 'inbound', 'A tela fica branca.');
    await post.send({ from: 'x@fora.test', to: answersTo, subject: 'eu também', text: 'E eu?' });
    const waiting = await messageOf(support, protocol, 'third_party', 'E eu?');
    expect(waiting.waiting).toBe('pending');
    await support.post(`/tickets/${protocol}/messages/${waiting.id}/accept`, {});
    await post.send({ from: 'x@fora.test', to: answersTo, subject: 'de novo', text: 'Segue log.' });
    await messageOf(support, protocol, 'inbound', 'Segue log.');
  }, 60_000);

  it('D26: an answer to our mail under the id that the relay gave it joins, once its copy lies in Sent', async () => {
    const { from, protocol, mail } = await asks('rui@cliente.test');
    const relayed = mail.raw
      .toString('latin1')
      .replace(/^Message-ID: <[^>]*>/im, 'Message-ID: <0100-relay@email.relay.test>');
    file('suporte@hd.test', relayed);
    await recorded('own', 1);
    const inReplyTo = '<0100-relay@email.relay.test>';
    await post.send({ from, to: SUPPORT, subject: 'Re: oi', text: 'Segue a imagem.', inReplyTo });
    await messageOf(support, protocol, 'inbound', 'Segue a imagem.');
  }, 60_000);

  it('D24: an answer sent from another program is found in Sent, stops the clock, and may be answered', async () => {
    const { from, protocol, messageId } = await asks('lia@cliente.test');
    const answer = await post.write({
      from: SUPPORT,
      to: from,
      subject: 'Re: Preciso de ajuda',
      text: 'Respondi pelo celular.',
      inReplyTo: messageId,
    });
    file(SUPPORT, answer.raw);
    const reply = await messageOf(support, protocol, 'reply', 'Respondi pelo celular.');
    expect(reply.outside).toBe(true);
    const ticket = await support.ticketIs(protocol, 'awaiting_customer');
    expect(ticket.deadline.dueAt).toBeNull();
    const inReplyTo = answer.messageId;
    await post.send({ from, to: SUPPORT, subject: 'Re: ajuda', text: 'Não funcionou.', inReplyTo });
    await messageOf(support, protocol, 'inbound', 'Não funcionou.');
    await support.ticketIs(protocol, 'open');
  }, 60_000);

  it('D24: an agent’s mail with passing authentication is a reply, or a note to others; without it waits', async () => {
    const { from, protocol, messageId } = await asks('ivo@cliente.test');
    const write = (to: string, text: string, headers: Record<string, string>) =>
      post
        .write({
          from: 'bia@hd.test',
          to,
          subject: 'Re: ajuda',
          text,
          inReplyTo: messageId,
          headers,
        })
        .then(({ raw }) => dovecot.deliver(SUPPORT, raw, 'bia@hd.test'));
    await write(from, 'Sem prova.', {});
    await messageOf(support, protocol, 'third_party', 'Sem prova.');
    await write('chefe@hd.test', 'Veja este caso.', PASSING);
    await messageOf(support, protocol, 'note', 'Veja este caso.');
    expect((await support.get(`/tickets/${protocol}`)).status).toBe('open');
    await write(from, 'Com prova.', PASSING);
    const reply = await messageOf(support, protocol, 'reply', 'Com prova.');
    expect(reply).toMatchObject({ outside: true, authentication: { dmarc: 'pass' } });
  }, 60_000);

  it('D25 D9: a follow-up written to finance too names the twin’s protocol, once', async () => {
    const { from, protocol, mail } = await asks('nei@cliente.test');
    await support.post(`/tickets/${protocol}/replies`, { text: 'Pronto.', then: 'resolved' });
    await support.ticketIs(protocol, 'resolved');
    const { raw, messageId } = await post.write({
      from,
      to: `${SUPPORT}, ${FINANCE}`,
      subject: 'Re: Preciso de ajuda',
      text: 'Voltou a acontecer hoje de manhã, podem olhar de novo?',
      inReplyTo: mail.parsed.messageId!,
    });
    for (const box of [SUPPORT, FINANCE]) await dovecot.deliver(box, raw, from);
    const followUp = await post.answerTo(from, messageId);
    const twin = await eventually('the twin in finance', async () =>
      (await finance.get('/tickets?limit=100')).items.find(
        (one: Answer) => one.requester?.address === from,
      ),
    );
    expect(followUp.text).toContain(twin.protocol);
    expect(followUp.text).toContain(protocol);
    const answers = sink.to(from).filter(({ parsed }) => parsed.inReplyTo === messageId);
    expect(answers).toHaveLength(1);
  }, 60_000);

  it('D23 D26: the operator’s rule and a failed DMARC hold mail back; the verdict is shown', async () => {
    await post.send({ from: 'a@promo.test', to: SUPPORT, subject: 'Oferta', text: 'Compre.' });
    const held = await ticketAbout('Oferta');
    expect(held.lane).toBe('suspected');
    const headers = { 'Authentication-Results': 'mx.hd.test; dmarc=fail header.from=cliente.test' };
    const forged = { from: 'falso@cliente.test', to: SUPPORT, subject: 'Falso', text: 'Pague.' };
    await post.send({ ...forged, headers });
    const suspect = await ticketAbout('Falso');
    expect(suspect.lane).toBe('suspected');
    const [message] = (await support.get(`/tickets/${suspect.protocol}/messages`)).items;
    expect(message.authentication).toMatchObject({ source: 'header', dmarc: 'fail' });
    await support.call('DELETE', `/tickets/${suspect.protocol}/spam`, {});
    await support.call('DELETE', `/tickets/${held.protocol}/spam`, {});
    await post.received('a@promo.test', 'acknowledgement after release', () => true);
    expect(sink.to('falso@cliente.test')).toEqual([]);
  }, 60_000);

  it('D22: the operator replays what came since a day: dry, and for good; each with its decisions', async () => {
    const since = ['--since', '2000-01-01', '--dry-run', '--json'];
    const dry: Answer = JSON.parse(product.helpdesk(['intake', 'replay', ...since]));
    expect(dry.failed).toBe(0);
    expect(dry.messages).toBeGreaterThan(10);
    const [row] = (await support.get('/intake?disposition=spam_suspected')).items;
    const shown = await support.get(`/intake/${row.id}`);
    for (const decision of shown.decisions)
      expect(decision).toEqual(
        expect.objectContaining({ filter: expect.any(String), ms: expect.any(Number) }),
      );
    expect(product.helpdesk(['intake', 'replay', row.id])).toContain('1 unchanged');
  }, 90_000);

  /** A first message, and the acknowledgement that came of it. */
  async function asks(from: string) {
    const asked = { from, to: SUPPORT, subject: 'Preciso de ajuda', text: 'Não consigo entrar.' };
    const messageId = await post.send(asked);
    const { mail, protocol } = await post.answerTo(from, messageId);
    const answersTo = mail.parsed.replyTo!.value[0]!.address!;
    return { from, protocol, messageId, mail, answersTo };
  }

  /** What the user's other mail program files in the Sent folder. */
  function file(user: string, raw: Buffer | string): void {
    const name = path.join(dovecot.directory, `sent-${Date.now()}.eml`);
    writeFileSync(name, raw, typeof raw === 'string' ? 'latin1' : null);
    dovecot.doveadm('save', '-u', user, '-m', 'Sent', name);
  }

  function recorded(disposition: string, count: number): Promise<unknown> {
    return eventually(`${count} recorded as ${disposition}`, async () => {
      const { items } = await support.get(`/intake?disposition=${disposition}`);
      return items.length >= count;
    });
  }

  function ticketAbout(subject: string): Promise<Answer> {
    return eventually(`a ticket about ${subject}`, async () =>
      (await support.get('/tickets?limit=100&sort=-createdAt')).items.find(
        (one: Answer) => one.subject === subject,
      ),
    );
  }

  function messageOf(api: Api, protocol: string, kind: string, text: string): Promise<Answer> {
    return eventually(`${kind} "${text}"`, async () => {
      const { items } = await api.get(`/tickets/${protocol}/messages`);
      return items.find((one: Answer) => one.kind === kind && one.text.includes(text));
    });
  }
});
