import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Correspondence } from '../support/correspondence.js';
import { eventually } from '../support/eventually.js';
import type { Answer, Api, Product } from '../support/product.js';
import { ProductWithMail } from '../support/product-with-mail.js';
import type { SmtpSink } from '../support/smtp-sink.js';

/** What an outsider sees of a day's work: mails that arrive, pages and REST answers; nothing is looked up inside. */
describe('rules through the wire: a support day', () => {
  let all: ProductWithMail;
  let sink: SmtpSink;
  let post: Correspondence;
  let product: Product;
  let support: Api;
  let finance: Api;

  beforeAll(async () => {
    const boxes = ['suporte', 'financeiro', 'vendas'].map((key) => `${key}@hd.test`);
    all = await ProductWithMail.start([...boxes, 'ana@cliente.test', 'leo@cliente.test'], {
      mailboxes: { vendas: 'queue: suporte\nredirectAutomatically: true' },
    });
    ({ product, sink, post } = all);
    support = product.agent('sonia@hd.test', ['suporte']);
    finance = product.agent('fabio@hd.test', ['financeiro']);
  }, 120_000);
  afterAll(() => all?.stop());

  it('D2: the form opens a ticket with the picked reason and file; its address gets the protocol, then the answer', async () => {
    const details = 'O site abre sem cadeado.';
    const form = new FormData();
    for (const [name, value] of Object.entries({ name: 'Ivo', email: 'ivo@cliente.test', details }))
      form.set(name, value);
    form.set('attachments', new File(['tela inteira'], 'tela.txt', { type: 'text/plain' }));
    const send = () =>
      fetch(`${product.url}/api/v1/portal/tickets`, { method: 'POST', body: form });

    const refused = await send();
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ fields: [{ path: 'reason' }] });
    form.set('reason', 'dominios');
    const { protocol } = (await (await send()).json()) as { protocol: string };

    const confirmation = await post.received('ivo@cliente.test', 'confirmation', () => true);
    expect(confirmation.parsed.subject).toContain(`[Chamado ${protocol}]`);
    expect(confirmation.parsed.text).not.toContain('cadeado');
    expect(await support.get(`/tickets/${protocol}`)).toMatchObject({
      channel: 'form',
      queue: 'suporte',
      reason: { key: 'dominios', decidedBy: 'form' },
      requester: { name: 'Ivo', address: 'ivo@cliente.test' },
    });
    const [message] = (await support.get(`/tickets/${protocol}/messages`)).items;
    expect(message).toMatchObject({ kind: 'inbound', text: details });
    const file = await fetch(`${product.url}/api/v1/attachments/${message.attachments[0].id}`, {
      headers: { authorization: `Bearer ${support.token}` },
    });
    expect(await file.text()).toBe('tela inteira');
    await support.post(`/tickets/${protocol}/replies`, { text: 'Renovamos o certificado.' });
    await post.received('ivo@cliente.test', 'answer', (mail) => says(mail, 'Renovamos o certif'));
  }, 60_000);

  it('D3: eight reasons out of the box; mail is recognised by their clues, Financeiro alone goes to finance', async () => {
    const shipped = [
      ['dominios', 'Domínios', 'Ajuda com a zona de DNS'],
      ['maquina-de-email', 'Máquina de e-mail', 'A sequência de e-mails parou'],
      ['outras-maquinas', 'Outras máquinas', 'Configurar a máquina de WhatsApp'],
      ['leads', 'Leads', 'Importar contatos de planilha'],
      ['paginas', 'Páginas', 'Editor de páginas travado'],
      ['integracoes', 'Integrações', 'Onde fica a chave de API'],
      ['produtos', 'Produtos', 'Minha área de membros vazia'],
      ['financeiro', 'Financeiro', 'Preciso da nota fiscal'],
    ] as const;
    const offered = await (await fetch(`${product.url}/api/v1/portal/reasons`)).json();
    const labels = (offered as Answer).items.map((one: { label: string }) => one.label);
    expect(labels.slice(0, 8)).toEqual(shipped.map(([, label]) => label));

    const to = 'suporte@hd.test';
    const unclear = 'Bom dia a todos';
    await Promise.all(
      [...shipped.map(([, , subject]) => subject), unclear].map((subject, at) =>
        post.send({ from: `d3-${at}@cliente.test`, to, subject, text: 'Podem ver?' }),
      ),
    );
    for (const [key, label, subject] of shipped) {
      const queue = key === 'financeiro' ? 'financeiro' : 'suporte';
      const ticket = await ticketAbout(queue === 'suporte' ? support : finance, subject);
      expect(ticket).toMatchObject({ queue, reason: { key, label, decidedBy: 'clues' } });
    }
    expect(await ticketAbout(support, unclear)).toMatchObject({
      queue: 'suporte',
      reason: { key: null },
    });
    const mail = await post.received('d3-8@cliente.test', 'acknowledgement', () => true);
    expect(mail.parsed.text).toContain('Motivo de contato: a classificar');
  }, 60_000);

  it('D5: who needs another channel is pointed to it where the mailbox allows it; elsewhere an agent is asked', async () => {
    const text = 'Bom dia. Quero contratar o plano anual.';
    const mail = { from: 'caio@cliente.test', subject: 'Planos', text };
    const pointed = await post.send({ ...mail, to: 'vendas@hd.test' });
    const answer = await post.answerTo(mail.from, pointed);
    expect(answer.text).toContain('atendido em outro canal');
    expect(answer.text).toContain('time Comercial, nos telefones e no WhatsApp');
    expect(await support.get(`/tickets/${answer.protocol}`)).toMatchObject({
      status: 'resolved',
      closeReason: 'out_of_scope',
      reason: { key: 'comercial' },
    });

    const kept = await post.send({ ...mail, to: 'suporte@hd.test', subject: 'Quais planos?' });
    const acknowledged = await post.answerTo(mail.from, kept);
    expect(acknowledged.text).not.toContain('outro canal');
    expect(await support.get(`/tickets/${acknowledged.protocol}`)).toMatchObject({
      status: 'open',
      reason: { key: 'comercial', redirects: true },
    });
  }, 60_000);

  it('D6: a telephone call is a ticket like any other, and its conversation may go on by mail', async () => {
    const { protocol } = await support.post('/tickets', {
      channel: 'phone',
      subject: 'Ligou sobre o painel',
      text: 'Diz que o painel não abre.',
      requester: { name: 'Rui', address: 'rui@cliente.test' },
      acknowledge: true,
    });
    const first = await post.received('rui@cliente.test', 'acknowledgement', (mail) =>
      Boolean(mail.parsed.subject?.includes(protocol)),
    );
    await post.send({
      from: 'rui@cliente.test',
      to: 'suporte@hd.test',
      subject: `Re: ${first.parsed.subject}`,
      text: 'Agora abriu.',
      inReplyTo: first.parsed.messageId,
    });
    const messages = await messagesOf(support, protocol, 'inbound', 2);
    expect(new Set(messages.map((one) => one.visibleText))).toEqual(
      new Set(['Diz que o painel não abre.', 'Agora abriu.']),
    );
    expect(await support.get(`/tickets/${protocol}`)).toMatchObject({
      channel: 'phone',
      deadline: { state: 'running' },
    });
    const unknown = { channel: 'whatsapp', subject: 'Áudio', text: 'Pede retorno.' };
    const named = await support.post('/tickets', { ...unknown, requester: { name: 'Téo' } });
    expect(named).toMatchObject({ channel: 'whatsapp', requester: { name: 'Téo', address: null } });
  }, 60_000);

  it('D8 D10: "Meus chamados" by the link in the mail; a comment there and one by mail are one conversation', async () => {
    const from = 'ana@cliente.test';
    const to = 'suporte@hd.test';
    const first = await post.send({ from, to, subject: 'Painel lento', text: 'Desde ontem.' });
    const { mail, protocol, text } = await post.answerTo(from, first);
    const ana = portal(text);
    const [listed] = (await ana('')).body.items;
    expect(listed).toMatchObject({ protocol, status: 'open', statusLabel: 'Aberto' });
    expect(Object.keys(listed)).toEqual(
      expect.arrayContaining(['requester', 'createdAt', 'lastActivityAt']),
    );

    expect((await ana(`/${protocol}/comments`, { text: 'No celular também.' })).status).toBe(201);
    await post.send({
      from,
      to,
      subject: `Re: ${mail.parsed.subject}`,
      text: 'E no tablet.',
      inReplyTo: mail.parsed.messageId,
    });
    const said = ['Desde ontem.', 'No celular também.', 'E no tablet.'];
    const messages = await messagesOf(support, protocol, 'inbound', 3);
    // IMAP knows seconds only, so within one second mail and comment may change places.
    expect(new Set(messages.map((one) => one.visibleText))).toEqual(new Set(said));
    expect(new Set(messages.map((one) => one.author.address)).size).toBe(1);
    const shown = (await ana(`/${protocol}`)).body.messages;
    expect(new Set(shown.map((one: Answer) => one.text))).toEqual(new Set(said));
    expect(new Set(shown.map((one: Answer) => one.from))).toEqual(new Set(['customer']));

    const foreign = await post.send({ from: 'leo@cliente.test', to, subject: 'Oi', text: 'Oi.' });
    const leo = portal((await post.answerTo('leo@cliente.test', foreign)).text);
    expect((await leo(`/${protocol}`)).status).toBe(404);

    const waiting = { text: 'Reiniciamos. Melhorou?', then: 'awaiting_customer' };
    await support.post(`/tickets/${protocol}/replies`, waiting);
    await support.ticketIs(protocol, 'awaiting_customer');
    expect((await ana(`/${protocol}/comments`, { text: 'Melhorou.' })).status).toBe(201);
    await support.ticketIs(protocol, 'open');
    await support.post(`/tickets/${protocol}/replies`, { text: 'Que bom!', then: 'resolved' });
    await support.ticketIs(protocol, 'resolved');
    expect((await ana(`/${protocol}`)).body).toMatchObject({ canComment: false });
    expect((await ana(`/${protocol}/comments`, { text: 'Mais uma' })).status).toBe(409);
    expect(await messagesOf(support, protocol, 'inbound', 4)).toHaveLength(4);
  }, 60_000);

  it('D12: the resolving mail itself asks for feedback, once in 30 days; looking records nothing; never after spam', async () => {
    const from = 'bia@cliente.test';
    const opened = async (subject: string): Promise<string> => {
      const id = await post.send({ from, to: 'suporte@hd.test', subject, text: 'Como faço?' });
      return (await post.answerTo(from, id)).protocol;
    };
    const resolvedWith = async (protocol: string, text: string) => {
      await support.post(`/tickets/${protocol}/replies`, { text, then: 'resolved' });
      return post.received(from, text, (mail) => says(mail, text));
    };
    const spam = await opened('Ganhe dinheiro');
    const change = { status: 'resolved', closeReason: 'spam' };
    expect((await support.call('PATCH', `/tickets/${spam}`, change)).status).toBe(200);

    const protocol = await opened('Trocar a senha');
    const asking = await resolvedWith(protocol, 'Em Conta, Senha.');
    expect(asking.raw.toString()).toMatch(/^List-Unsubscribe: <http/m);
    const link = /http:\S+\/portal\/feedback\/\S+/.exec(asking.parsed.text!)![0];
    const given = async () =>
      (await support.get('/feedback')).items.filter((one: Answer) => one.protocol === protocol);
    expect((await fetch(link)).status).toBe(200);
    expect(await given()).toEqual([]);
    const body = new URLSearchParams({ score: '5', comment: 'Rápido' });
    expect((await fetch(link, { method: 'POST', body })).status).toBe(200);
    expect(await given()).toMatchObject([{ protocol, score: 5, comment: 'Rápido' }]);
    // The same by answering the mail: a bare score is feedback and opens nothing.
    await post.send({
      from,
      to: 'suporte@hd.test',
      subject: `Re: ${asking.parsed.subject}`,
      text: 'Nota 4, obrigada!',
      headers: { 'In-Reply-To': asking.parsed.messageId! },
    });
    await eventually('the score is kept', async () => (await given())[0]?.score === 4);
    expect(await support.get(`/tickets/${protocol}`)).toMatchObject({ status: 'resolved' });

    const again = await resolvedWith(await opened('Trocar o plano'), 'Em Conta, Plano.');
    expect(again.raw.toString()).not.toMatch(/unsubscribe/i);
    expect(again.parsed.text).not.toContain('/portal/feedback/');
    // One act, one mail: two acknowledged and answered, one acknowledged and closed as spam without a word.
    expect(sink.to(from)).toHaveLength(5);
  }, 60_000);

  it('D17: no return clock while the customer has the ball, nor for machines until a person says so; suspects have theirs', async () => {
    const to = 'financeiro@hd.test';
    const bank = { from: 'extrato@banco.test', to, subject: 'Extrato do dia', text: 'Segue.' };
    await post.send({ ...bank, headers: { 'Auto-Submitted': 'auto-generated' } });
    const automatic = await ticketAbout(finance, bank.subject);
    expect(automatic).toMatchObject({ lane: 'automatic', deadline: { dueAt: null } });
    expect((await finance.get(`/tickets/${automatic.protocol}/deadlines`)).items).toEqual([]);
    await finance.call('PATCH', `/tickets/${automatic.protocol}`, { lane: 'inbox' });
    const [clock] = (await finance.get(`/tickets/${automatic.protocol}/deadlines`)).items;
    expect(clock).toMatchObject({ kind: 'first_return', state: 'running' });
    expect(new Date(clock.startedAt)).toEqual(new Date(automatic.receivedAt));

    const odd = { from: 'max@cliente.test', to, subject: 'Proposta', text: 'Boleto em anexo.' };
    await post.send({ ...odd, headers: { 'X-Spam-Flag': 'YES' } });
    const suspect = await ticketAbout(finance, odd.subject);
    expect(suspect).toMatchObject({ lane: 'suspected', deadline: { state: 'running' } });
    await finance.call('DELETE', `/tickets/${suspect.protocol}/spam`, {});
    await post.received(odd.from, 'acknowledgement after release', () => true);
    expect((await finance.get(`/tickets/${suspect.protocol}`)).deadline).toEqual(suspect.deadline);

    await finance.post(`/tickets/${suspect.protocol}/replies`, { text: 'Qual nota?' });
    const answered = await finance.ticketIs(suspect.protocol, 'awaiting_customer');
    expect(answered.deadline).toEqual({ dueAt: null, kind: null, state: null });
    expect(sink.to(bank.from)).toEqual([]);
  }, 60_000);

  /** The customer's pages by the link that stands in a mail. */
  function portal(text: string) {
    const token = /[?&]token=([^\s&]+)/.exec(text)![1]!;
    return async (route: string, body?: object): Promise<{ status: number; body: Answer }> => {
      const response = await fetch(`${product.url}/api/v1/portal/tickets${route}?token=${token}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };
  }

  function ticketAbout(api: Api, subject: string): Promise<Answer> {
    return eventually(`a ticket about ${subject}`, async () =>
      (await api.get('/tickets?limit=100&sort=-createdAt')).items.find(
        (one: Answer) => one.subject === subject,
      ),
    );
  }

  function messagesOf(api: Api, protocol: string, kind: string, count: number): Promise<Answer[]> {
    return eventually(`${count} ${kind} messages`, async () => {
      const { items } = await api.get(`/tickets/${protocol}/messages`);
      const found = items.filter((one: Answer) => one.kind === kind);
      return found.length >= count ? found : false;
    });
  }

  const says = (mail: { parsed: { text?: string | undefined } }, words: string): boolean =>
    mail.parsed.text?.includes(words) === true;
});
