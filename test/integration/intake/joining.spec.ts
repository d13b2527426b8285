import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReplyTokens } from '../../../src/platform/index.js';
import { DESK_YAML, eml, IntakeDesk } from './intake-desk.js';

const YAML = DESK_YAML.replace(
  'domains: [hd.test]',
  'domains: [hd.test]\n  agentAddresses: [bia@hd.test]',
).replace(
  '    trustedAuthservIds: [mx.hd.test]\n',
  '    trustedAuthservIds: [mx.hd.test]\n    replyAddress: signed\n    ownLists: [suporte.hd.test]\n',
);
const PASSING = { 'Authentication-Results': 'mx.hd.test; dmarc=pass header.from=hd.test' };

describe('intake: joining the right ticket', () => {
  let desk: IntakeDesk;
  let people = 0;
  beforeAll(async () => {
    desk = await IntakeDesk.open(YAML);
  }, 60_000);
  afterAll(() => desk?.close());

  /** A new person and what came of their first message. */
  const asks = async (
    about: Parameters<typeof eml>[0] = {},
  ): Promise<{ from: string; ticketId: string; messageId: string }> => {
    const from = `p${(people += 1)}@cliente.test`;
    const messageId = `primeira-${people}@cliente.test`;
    const { ticketId } = await desk.receive('suporte', eml({ from, messageId, ...about }));
    return { from, ticketId: ticketId!, messageId };
  };
  const as = ({ token }: { token: string }, method: 'get' | 'post' | 'delete', route: string) =>
    desk.app.api()[method](`/api/v1${route}`).set('authorization', `Bearer ${token}`).expect(200);
  const messagesOf = (ticketId: string) =>
    desk.query(
      `select kind, via_outside as outside, author_kind as author from messages
        where ticket_id = $1 and kind in ('inbound', 'reply', 'note', 'third_party') order by id`,
      [ticketId],
    );
  const statusOf = async (ticketId: string) =>
    (
      await desk.query('select status, due_at is null as idle from tickets where id = $1', [
        ticketId,
      ])
    )[0];
  const outboxOf = (ticketId: string) =>
    desk.query<{ body_text: string; reply_to: string }>(
      'select kind, body_text, reply_to from outbox where ticket_id = $1 order by id',
      [ticketId],
    );
  const resolve = (ticketId: string) =>
    desk.query(`update tickets set status = 'resolved', resolved_at = now() where id = $1`, [
      ticketId,
    ]);

  it('D26: an answer to our signed address joins, though neither References nor subject are left', async () => {
    const { from, ticketId } = await asks();
    const [{ reply_to: signed } = { reply_to: '' }] = await outboxOf(ticketId);
    expect(signed).toMatch(new RegExp(`^suporte\\+r\\.${ticketId}\\.[0-9a-v]{16}@hd\\.test$`));
    const row = await desk.receive(
      'suporte',
      eml({ from, to: signed.toUpperCase(), subject: 'oi' }),
    );
    expect(row).toMatchObject({ disposition: 'ticket_reply', ticketId });
    const by = row.decisions.find(({ filter }) => filter === 'thread-answer');
    expect(by?.evidence).toMatchObject({ by: 'signed_token' });
  });

  it('D26: a forged or foreign token is no proof; a genuine one from a stranger waits', async () => {
    const { from, ticketId } = await asks();
    const [{ reply_to: signed } = { reply_to: '' }] = await outboxOf(ticketId);
    const forged = signed.replace(/.@/, (last) => (last === '0@' ? '1@' : '0@'));
    const other = await desk.receive('suporte', eml({ from, to: forged, subject: 'outro' }));
    expect(other.disposition).toBe('ticket_opened');
    const stranger = await desk.receive('suporte', eml({ from: 'x@fora.test', to: signed }));
    expect(stranger).toMatchObject({ disposition: 'third_party_pending', ticketId });
  });

  it('D26: our Message-ID proves its ticket by its signature where its row is gone, in whatever domain', async () => {
    const { from, ticketId } = await asks();
    const head = `${'ab'.repeat(16)}.${ticketId}`;
    const inReplyTo = `${head}.${desk.get(ReplyTokens).forMessageId(head)}@relay.test`;
    const row = await desk.receive('suporte', eml({ from, inReplyTo, subject: 'sem assunto' }));
    expect(row).toMatchObject({ disposition: 'ticket_reply', ticketId });
  });

  it('D26: the id that the relay gave a mail of ours is learned from the Sent folder and proves the ticket', async () => {
    const { from, ticketId } = await asks();
    const ours = await desk.ourMessageId(ticketId);
    const sent = await desk.receive(
      'suporte',
      eml({
        from: 'suporte@hd.test',
        to: from,
        messageId: 'AM9PR0801@relay.test',
        headers: { 'X-Helpdesk-Message-ID': `<${ours}>`, 'Auto-Submitted': 'auto-replied' },
      }),
      { role: 'sent' },
    );
    expect(sent.disposition).toBe('own');
    const row = await desk.receive('suporte', eml({ from, inReplyTo: 'AM9PR0801@relay.test' }));
    expect(row).toMatchObject({ disposition: 'ticket_reply', ticketId });
  });

  it('D24 D13: an answer found in Sent is a reply from outside and moves status and clock; what answers it joins', async () => {
    const { from, ticketId, messageId } = await asks();
    const outside = eml({
      from: 'Suporte <suporte@hd.test>',
      to: from,
      subject: 'Re: Preciso de ajuda',
      messageId: 'resposta-1@hd.test',
      inReplyTo: messageId,
      body: 'Já resolvi por aqui.',
    });
    const row = await desk.receive('suporte', outside, { role: 'sent' });
    expect(row).toMatchObject({ disposition: 'ticket_reply', ticketId });
    expect(await messagesOf(ticketId)).toEqual([
      { kind: 'inbound', outside: false, author: 'customer' },
      { kind: 'reply', outside: true, author: 'agent' },
    ]);
    expect(await statusOf(ticketId)).toEqual({ status: 'awaiting_customer', idle: true });
    const again = await desk.receive('suporte', outside, { role: 'sent', uidvalidity: '2' });
    expect(again.disposition).toBe('own');
    const back = await desk.receive('suporte', eml({ from, inReplyTo: 'resposta-1@hd.test' }));
    expect(back).toMatchObject({ disposition: 'ticket_reply', ticketId });
    expect(await statusOf(ticketId)).toEqual({ status: 'open', idle: false });
  });

  it('D24: request and answer of one batch find each other; to others than the requester it is a note', async () => {
    const first = await desk.record(
      'suporte',
      eml({ from: 'lote@cliente.test', messageId: 'l1@c.test' }),
    );
    await desk.record(
      'suporte',
      eml({ from: 'suporte@hd.test', to: 'lote@cliente.test', inReplyTo: 'l1@c.test' }),
      { role: 'sent' },
    );
    await desk.record(
      'suporte',
      eml({ from: 'suporte@hd.test', to: 'chefe@hd.test', inReplyTo: 'l1@c.test' }),
      { role: 'sent' },
    );
    await desk.process('suporte');
    const { ticketId } = await desk.row(first);
    const kinds = (await messagesOf(ticketId!)).map(({ kind }) => kind);
    expect(kinds).toEqual(['inbound', 'reply', 'note']);
  });

  it('D22 D24: what lies in Sent and is about no ticket opens nothing, and reaches another mailbox all the same', async () => {
    const letter = eml({
      from: 'suporte@hd.test',
      to: 'financeiro@hd.test',
      subject: 'para o financeiro',
    });
    const sent = await desk.receive('suporte', letter, { role: 'sent' });
    expect(sent).toMatchObject({ disposition: 'ignored', ticketId: null });
    const arrived = await desk.receive('financeiro', letter);
    expect(arrived).toMatchObject({ disposition: 'ticket_opened' });
  });

  it('D24: an agent’s mail with passing authentication answers; to others it is a note; without it waits', async () => {
    const { from, ticketId, messageId } = await asks();
    const mail = (to: string, headers: Record<string, string>) =>
      eml({ from: 'Bia <bia@hd.test>', to, cc: 'suporte@hd.test', inReplyTo: messageId, headers });
    const waits = await desk.receive('suporte', mail(from, {}));
    expect(waits).toMatchObject({ disposition: 'third_party_pending', ticketId });
    expect(await desk.receive('suporte', mail('chefe@hd.test', PASSING))).toMatchObject({
      disposition: 'ticket_reply',
      ticketId,
    });
    expect(await statusOf(ticketId)).toMatchObject({ status: 'open' });
    await desk.receive('suporte', mail(from, PASSING));
    const kinds = (await messagesOf(ticketId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['inbound', 'third_party', 'note', 'reply']);
  });

  it('D24: an agent’s mail that waited is the answer that it is once an agent says so; the address gets no rights', async () => {
    const { from, ticketId, messageId } = await asks();
    const letter = { from: 'Bia <bia@hd.test>', to: from, cc: 'suporte@hd.test' };
    await desk.receive('suporte', eml({ ...letter, inReplyTo: messageId }));
    const agent = await desk.app.agent({ email: 'rita@hd.test', queues: ['suporte'] });
    const { body } = await as(agent, 'get', `/tickets/${ticketId}/messages`);
    await as(agent, 'post', `/tickets/${ticketId}/messages/${body.items.at(-1).id}/accept`);
    expect(await messagesOf(ticketId)).toEqual([
      { kind: 'inbound', outside: false, author: 'customer' },
      { kind: 'reply', outside: true, author: 'agent' },
    ]);
    expect(await statusOf(ticketId)).toEqual({ status: 'awaiting_customer', idle: true });
    const again = await desk.receive('suporte', eml({ ...letter, inReplyTo: messageId }));
    expect(again.disposition).toBe('third_party_pending');
  });

  it('D21 D26: through a group of ours that rewrites the From the customer asks and answers, not one of us', async () => {
    const through = (from: string, headers: Record<string, string> = {}) => ({
      from: `"Ana via Suporte" <suporte@hd.test>`,
      headers: {
        ...PASSING,
        'List-Id': '<suporte.hd.test>',
        Precedence: 'list',
        'X-Original-From': `Ana <${from}>`,
        'Reply-To': from,
        ...headers,
      },
    });
    const asked = await desk.receive('suporte', eml(through('grupo@cliente.test')));
    expect(asked.disposition).toBe('ticket_opened');
    const [mail] = await desk.query('select primary_recipient from outbox where ticket_id = $1', [
      asked.ticketId,
    ]);
    expect(mail).toEqual({ primary_recipient: 'grupo@cliente.test' });
    const inReplyTo = await desk.ourMessageId(asked.ticketId!);
    const answer = eml({ ...through('grupo@cliente.test'), inReplyTo, body: 'Mais isto.' });
    expect(await desk.receive('suporte', answer)).toMatchObject({ disposition: 'ticket_reply' });
    expect((await messagesOf(asked.ticketId!)).map(({ kind }) => kind)).toEqual([
      'inbound',
      'inbound',
    ]);
    const stranger = eml({ ...through('outro@fora.test'), inReplyTo });
    expect((await desk.receive('suporte', stranger)).disposition).toBe('third_party_pending');
  });

  it('D26: a DMARC failure keeps also a participant with proof out, and the verdict is stored and shown', async () => {
    const { from, ticketId } = await asks();
    const inReplyTo = await desk.ourMessageId(ticketId);
    const headers = { 'Authentication-Results': 'mx.hd.test; spf=softfail; dmarc=fail (p=none)' };
    const row = await desk.receive('suporte', eml({ from, inReplyTo, headers }));
    expect(row).toMatchObject({ disposition: 'third_party_pending', ticketId });
    const agent = await desk.app.agent({ email: 'ana@hd.test', queues: ['suporte'] });
    const verdict = { source: 'header', authservId: 'mx.hd.test', spf: 'softfail', dmarc: 'fail' };
    const shown = await as(agent, 'get', `/intake/${row.id}`);
    expect(shown.body.authentication).toMatchObject(verdict);
    const conversation = await as(agent, 'get', `/tickets/${ticketId}/messages`);
    const last = conversation.body.items.at(-1);
    expect(last.authentication).toMatchObject(verdict);
    await as(agent, 'post', `/tickets/${ticketId}/messages/${last.id}/accept`);
  });

  it('D25: a repeated Message-ID, ours or another’s, never glues strangers together', async () => {
    const { ticketId, messageId } = await asks();
    const repeated = await desk.receive('suporte', eml({ from: 'y@fora.test', messageId }));
    expect(repeated.disposition).toBe('ticket_opened');
    expect(repeated.ticketId).not.toBe(ticketId);
    const ours = await desk.ourMessageId(ticketId);
    const stolen = await desk.receive('suporte', eml({ from: 'z@fora.test', messageId: ours }));
    expect(stolen.disposition).toBe('ticket_opened');
    const [blank, blank2] = ['a@fora.test', 'b@fora.test'].map((from) =>
      eml({ from, headers: { 'In-Reply-To': '<>', References: ' <> ' } }).replace(
        /^Message-ID: .*$/m,
        'Message-ID: <>',
      ),
    );
    const first = await desk.receive('suporte', blank!);
    const second = await desk.receive('suporte', blank2!);
    expect([first.disposition, second.disposition]).toEqual(['ticket_opened', 'ticket_opened']);
    expect(first.ticketId).not.toBe(second.ticketId);
  });

  it('D25 D9: the acknowledgement of a follow-up names the twin that the message opens in finance', async () => {
    const { from, ticketId } = await asks();
    await resolve(ticketId);
    const inReplyTo = await desk.ourMessageId(ticketId);
    const to = 'suporte@hd.test, financeiro@hd.test';
    const letter = eml({
      from,
      to,
      inReplyTo,
      body: 'Voltou a acontecer hoje cedo, podem olhar?',
    });
    const row = await desk.receive('suporte', letter);
    expect(row.disposition).toBe('follow_up');
    const copy = await desk.receive('financeiro', letter);
    expect(copy.disposition).toBe('twin');
    const [twin] = await desk.query<{ id: string; follow_up_of: string | null }>(
      `select t.id, t.follow_up_of from tickets t join tickets f on f.twin_group = t.twin_group
        where f.id = $1 and t.id <> f.id`,
      [row.ticketId],
    );
    expect(twin).toMatchObject({ id: copy.ticketId, follow_up_of: null });
    const [acknowledgement, ...more] = await outboxOf(row.ticketId!);
    expect(acknowledgement!.body_text).toContain(twin!.id);
    expect(acknowledgement!.body_text).toContain(ticketId);
    expect([...more, ...(await outboxOf(twin!.id))]).toEqual([]);
    const further = await desk.receive(
      'suporte',
      eml({ from, inReplyTo, body: 'Mais um dado meu.' }),
    );
    expect(further).toMatchObject({ disposition: 'ticket_reply', ticketId: row.ticketId });
  });

  it('D25: where the resolved ticket has an open twin in finance, the message goes on there', async () => {
    const to = 'suporte@hd.test, financeiro@hd.test';
    const from = 'gemeos@cliente.test';
    const first = eml({ from, to });
    const { ticketId } = await desk.receive('suporte', first);
    const twin = await desk.receive('financeiro', first);
    await resolve(ticketId!);
    const inReplyTo = await desk.ourMessageId(ticketId!);
    const letter = eml({ from, to, inReplyTo, body: 'Continua com defeito, podem olhar?' });
    expect((await desk.receive('suporte', letter)).disposition).toBe('follow_up');
    const copy = await desk.receive('financeiro', letter);
    expect(copy).toMatchObject({ disposition: 'ticket_reply', ticketId: twin.ticketId });
  });

  it('D23 D25: a released suspect whose twin was acknowledged is not acknowledged again', async () => {
    const to = 'suporte@hd.test, financeiro@hd.test';
    const letter = eml({ from: 'suspeita@cliente.test', to, headers: { 'X-Spam-Flag': 'YES' } });
    const first = await desk.receive('suporte', letter);
    const second = await desk.receive('financeiro', letter);
    expect([first.disposition, second.disposition]).toEqual(['spam_suspected', 'twin']);
    const agent = await desk.app.agent({ email: 'lia@hd.test', queues: ['suporte', 'financeiro'] });
    for (const row of [first, second]) await as(agent, 'delete', `/tickets/${row.ticketId}/spam`);
    expect(await outboxOf(first.ticketId!)).toHaveLength(1);
    expect(await outboxOf(second.ticketId!)).toEqual([]);
  });
});
