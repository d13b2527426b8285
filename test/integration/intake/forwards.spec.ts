import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DESK_YAML, eml, IntakeDesk } from './intake-desk.js';

const YAML = DESK_YAML.replace(
  'domains: [hd.test]',
  'domains: [hd.test]\n  agentAddresses: [bia@hd.test]',
);
const PASSING = { 'Authentication-Results': 'mx.hd.test; dmarc=pass header.from=hd.test' };
const FORWARDED = `---------- Forwarded message ---------
De: Carla Dias <carla@cliente.test>
Date: qui., 5 de nov. de 2026 às 08:30
Subject: Domínio não propaga
To: Bia <bia@hd.test>


Bom dia, troquei o DNS do meu domínio há três dias e nada.

Atenciosamente,
Carla Dias`;

interface Message {
  kind: string;
  author: { kind: string; address: string | null; name: string };
  subject: string;
  text: string;
  visibleText: string;
  spans: { from: number; to: number; kind: string; shown: boolean; why: string }[];
}

describe('intake: forwards and quotations', () => {
  let desk: IntakeDesk;
  let token: string;
  beforeAll(async () => {
    desk = await IntakeDesk.open(YAML);
    ({ token } = await desk.app.agent({ email: 'eva@hd.test', queues: ['suporte'] }));
  }, 60_000);
  afterAll(() => desk?.close());

  const get = async <Body>(route: string): Promise<Body> =>
    (
      await desk.app
        .api()
        .get(`/api/v1${route}`)
        .set('authorization', `Bearer ${token}`)
        .expect(200)
    ).body as Body;
  const messagesOf = async (ticketId: string): Promise<Message[]> =>
    (await get<{ items: Message[] }>(`/tickets/${ticketId}/messages`)).items;
  const forward = (about: { from?: string; above?: string; headers?: Record<string, string> }) =>
    desk.receive(
      'suporte',
      eml({
        from: about.from ?? 'Bia <bia@hd.test>',
        subject: 'Fwd: Domínio não propaga',
        body: `${about.above ?? ''}${FORWARDED}`,
        ...(about.headers === undefined ? {} : { headers: about.headers }),
      }),
    );

  it('D26: a customer’s mail that an agent forwards opens the customer’s ticket; the agent’s words are a note', async () => {
    const above = 'Pessoal, cliente importante, caprichem.\n\n';
    const { id, ticketId, decisions } = await forward({ above, headers: PASSING });
    expect(decisions.find(({ filter }) => filter === 'agent-forward')?.evidence).toMatchObject({
      from: 'carla@cliente.test',
      forwardedBy: 'bia@hd.test',
    });
    const ticket = await get<{ subject: string; requester: { address: string }; marks: string[] }>(
      `/tickets/${ticketId}`,
    );
    expect(ticket.subject).toBe('Domínio não propaga');
    expect(ticket.requester.address).toBe('carla@cliente.test');
    expect(ticket.marks).toContain('encaminhado_por_atendente');
    const messages = await messagesOf(ticketId!);
    const request = messages.find(({ kind }) => kind === 'inbound')!;
    expect(request.author).toMatchObject({ address: 'carla@cliente.test', name: 'Carla Dias' });
    expect(request.text).toMatch(/^Bom dia, troquei o DNS/);
    expect(request.text).not.toContain('caprichem');
    expect(request.visibleText).toBe('Bom dia, troquei o DNS do meu domínio há três dias e nada.');
    const note = messages.find(({ kind }) => kind === 'note')!;
    expect(note).toMatchObject({
      author: { kind: 'agent', address: 'bia@hd.test' },
      text: 'Pessoal, cliente importante, caprichem.',
    });
    const again = await desk.app
      .api()
      .post(`/api/v1/intake/${id}/replay?apply=false`)
      .set('authorization', `Bearer ${token}`);
    expect(again.body).toMatchObject({ differences: [] });
    const sent = await desk.query<{ to: string; text: string }>(
      `select recipients->0->>'address' as to, body_text as text from outbox where ticket_id = $1`,
      [ticketId],
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]!.to).toBe('carla@cliente.test');
    expect(sent[0]!.text).not.toContain('caprichem');
  });

  it('D26: forwarded as an attachment it is the customer’s request as well', async () => {
    const attached = eml({
      from: 'Davi Luz <davi@cliente.test>',
      subject: 'Página fora do ar',
      body: 'A página inicial não abre desde ontem.',
    });
    const { ticketId } = await desk.receive(
      'suporte',
      eml({
        from: 'Bia <bia@hd.test>',
        subject: 'ENC: Página fora do ar',
        headers: { ...PASSING, 'Content-Type': 'multipart/mixed; boundary=B' },
        body: `--B\r\n\r\nVejam por favor.\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n${attached}\r\n--B--`,
      }),
    );
    const messages = await messagesOf(ticketId!);
    expect(messages.find(({ kind }) => kind === 'inbound')).toMatchObject({
      author: { address: 'davi@cliente.test', name: 'Davi Luz' },
      subject: 'Página fora do ar',
      text: 'A página inicial não abre desde ontem.',
    });
    expect(messages.find(({ kind }) => kind === 'note')?.text).toBe('Vejam por favor.');
  });

  it('D26: an agent’s log-in counts like a configured address', async () => {
    await desk.app.agent({ role: 'agent', queues: ['suporte'], email: 'caio@casa.test' });
    const headers = { 'Authentication-Results': 'mx.hd.test; dmarc=pass header.from=casa.test' };
    const { ticketId } = await forward({ from: 'Caio <caio@casa.test>', headers });
    const messages = await messagesOf(ticketId!);
    expect(messages.map(({ kind, author }) => [kind, author.address])).toContainEqual([
      'inbound',
      'carla@cliente.test',
    ]);
    expect(messages.some(({ kind }) => kind === 'note')).toBe(false);
  });

  it('D24 D26: without passing authentication, and from a customer, the forwarder asks', async () => {
    for (const from of ['Bia <bia@hd.test>', 'Dora <dora@cliente.test>']) {
      const { ticketId } = await forward({ from, above: 'Segue.\n\n' });
      const [request] = await messagesOf(ticketId!);
      expect(request!.author.address).toBe(/<(.*)>/.exec(from)![1]);
      expect(request!.text).toContain('Forwarded message');
      expect(request!.visibleText).toBe('Segue.');
    }
  });

  it('keeps the whole text of an answer and says which part of it is new', async () => {
    const body =
      'Consegui, é loja.example.\n\n-- \nEva\n\nEm qui., 5 de nov. de 2026 às 09:10, Suporte <suporte@hd.test>\nescreveu:\n\n> Qual é o endereço?\n';
    const { ticketId } = await desk.receive('suporte', eml({ from: 'eva@cliente.test', body }));
    const [message] = await messagesOf(ticketId!);
    expect(message!.text.trim()).toBe(body.trim());
    expect(message!.visibleText).toBe('Consegui, é loja.example.');
    expect(message!.spans.map(({ kind, shown }) => [kind, shown])).toEqual([
      ['new', true],
      ['signature', false],
      ['attribution', false],
      ['quotation', false],
    ]);
    const quoted = message!.spans.at(-1)!;
    expect(message!.text.slice(quoted.from, quoted.to).trim()).toBe('> Qual é o endereço?');
    const plain = await desk.receive('suporte', eml({ from: 'eva@cliente.test', body: 'Oi.' }));
    const [only] = await messagesOf(plain.ticketId!);
    expect(only!.spans).toMatchObject([{ from: 0, kind: 'new', shown: true }]);
  });
});
