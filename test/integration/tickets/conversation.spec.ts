import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HelpDesk } from './help-desk.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open();
});
afterAll(() => desk?.close());

describe('replies', () => {
  it('D9 D19: a reply takes effect when SMTP accepts it, and not before', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'bia@cliente.example' }) });
    const { status, body } = await desk.call(
      desk.ana,
      'post',
      `/tickets/${opened.ticketId}/replies`,
      {
        text: 'Pode testar?',
      },
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'reply',
      then: 'awaiting_customer',
      to: [{ address: 'bia@cliente.example' }],
      delivery: { state: 'queued' },
      warnings: [],
    });
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'open',
      deadline: { state: 'running' },
    });
    desk.http.clock.advanceMs(60_000);
    await desk.accepted(opened.ticketId);
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'awaiting_customer',
      deadline: { dueAt: null, kind: null, state: null },
      lastActivityAt: desk.now.toISOString(),
    });
    expect(await desk.clocks(opened.ticketId)).toMatchObject([
      { kind: 'first_return', state: 'met' },
    ]);
    expect(await desk.history(opened.ticketId)).toEqual([
      'opened',
      'reply_written',
      'reply_accepted',
      'status_changed',
    ]);
    const mail = (await desk.outbox(opened.ticketId)).at(-1)!;
    expect(mail.subject).toContain(`[Chamado ${opened.ticketId}]`);
    expect(mail.automatic).toBe(false);
  });

  it('D9 D13: the customer answers: open again, with a next return clock from that message', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'ida@cliente.example' }) });
    await desk.answer(opened.ticketId);
    desk.http.clock.advanceMs(60_000);
    await desk.write(
      opened.ticketId,
      desk.mail({ address: 'ida@cliente.example', text: 'Ainda não.' }),
    );
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'open',
      deadline: { kind: 'next_return', state: 'running' },
    });
    const before = (await desk.ticket(opened.ticketId))['deadline'];
    desk.http.clock.advanceMs(2 * 24 * 3_600_000);
    await desk.write(opened.ticketId, desk.mail({ address: 'ida@cliente.example', text: 'Alô?' }));
    expect((await desk.ticket(opened.ticketId))['deadline']).toEqual(before);
    desk.http.clock.advanceMs(-2 * 24 * 3_600_000);
  });

  it('D19: a customer message that came in after the agent wrote keeps the ticket open, with its own clock', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'eva@cliente.example' }) });
    await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/replies`, {
      text: 'Feito.',
      then: 'resolved',
    });
    desk.http.clock.advanceMs(1000);
    const late = desk.mail({ address: 'eva@cliente.example', text: 'Mais uma coisa…' });
    await desk.write(opened.ticketId, late);
    desk.http.clock.advanceMs(1000);
    await desk.accepted(opened.ticketId);
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'open',
      deadline: { kind: 'next_return' },
    });
    const clocks = await desk.clocks(opened.ticketId);
    expect(clocks.map((clock) => clock['state'])).toEqual(['met', 'running']);
    expect(new Date(clocks[1]!['startedAt'])).toEqual(late.receivedAt);
  });

  it('D9: then: open starts a new return clock at acceptance', async () => {
    const opened = await desk.open();
    desk.http.clock.advanceMs(60_000);
    await desk.answer(opened.ticketId, 'open');
    const clocks = await desk.clocks(opened.ticketId);
    expect(clocks.map((clock) => clock['state'])).toEqual(['met', 'running']);
    expect(new Date(clocks[1]!['startedAt'])).toEqual(desk.now);
    expect((await desk.ticket(opened.ticketId))['status']).toBe('open');
  });

  it('D12: the resolving reply itself asks for feedback, once in 30 days, with List-Unsubscribe', async () => {
    const address = 'feliz@cliente.example';
    const first = await desk.open({ mail: desk.mail({ address }) });
    const mail = await desk.answer(first.ticketId, 'resolved');
    expect(mail.kind).toBe('resolved');
    expect(mail.text).toContain('http://127.0.0.1:3000/portal/feedback/');
    expect(JSON.stringify(mail.headers)).toMatch(/unsubscribe/i);
    expect(await desk.ticket(first.ticketId)).toMatchObject({
      status: 'resolved',
      closeReason: null,
    });
    const second = await desk.open({ mail: desk.mail({ address }) });
    expect((await desk.answer(second.ticketId, 'resolved')).text).not.toContain(
      '/portal/feedback/',
    );
  });

  it('D12: the feedback and unsubscribe links go to nobody but the requester', async () => {
    const opened = await desk.open();
    await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/replies`, {
      text: 'Pronto.',
      cc: ['chefe@cliente.example'],
      then: 'resolved',
    });
    const mail = (await desk.outbox(opened.ticketId)).at(-1)!;
    expect(mail.kind).toBe('resolved');
    expect(mail.text).not.toContain('/portal/');
    expect(JSON.stringify(mail.headers)).not.toMatch(/unsubscribe/i);
  });

  it('D9 D19: a reply to others only cannot resolve, and warns that the requester is not answered', async () => {
    const opened = await desk.open();
    const path = `/tickets/${opened.ticketId}/replies`;
    const others = { text: 'Veja isto.', to: ['banco@banco.example'] };
    const resolving = await desk.call(desk.ana, 'post', path, { ...others, then: 'resolved' });
    expect(resolving.status).toBe(422);
    expect(JSON.stringify(resolving.body)).toContain('"to"');
    const told = await desk.call(desk.ana, 'post', path, others);
    expect(told.status).toBe(201);
    expect(told.body.warnings).toMatchObject([{ code: 'not_to_requester', protocol: null }]);
    await desk.accepted(opened.ticketId);
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'open',
      deadline: { state: 'running' },
    });
  });

  it('D19: with several in To it is the requester whose acceptance counts', async () => {
    const address = 'rute@cliente.example';
    const { ticketId } = await desk.open({ mail: desk.mail({ address }) });
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/replies`, {
      text: 'Segue.',
      to: ['colega@cliente.example', address],
    });
    expect((await desk.outbox(ticketId)).at(-1)).toMatchObject({ to: address });
  });

  it('D9 D26: resolving while a stranger’s message waits for a decision is said', async () => {
    const { ticketId } = await desk.open();
    await desk.http.database.query(
      `insert into messages (ticket_id, kind, waiting, author_kind, author_name, body_text, visible_text, created_at)
       values ($1, 'third_party', 'pending', 'third_party', 'Outro', 'Eu também', 'Eu também', now())`,
      [ticketId],
    );
    const { body } = await desk.call(desk.ana, 'post', `/tickets/${ticketId}/replies`, {
      text: 'Pronto.',
      then: 'resolved',
    });
    expect(body.warnings).toMatchObject([{ code: 'message_waiting' }]);
  });

  it('D8 D9: no comments on a resolved ticket, neither by customers nor by replies', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'fim@cliente.example' }) });
    await desk.answer(opened.ticketId, 'resolved');
    await expect(
      desk.write(opened.ticketId, desk.mail({ address: 'fim@cliente.example' })),
    ).rejects.toMatchObject({ code: 'invalid_transition' });
    const reply = await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/replies`, {
      text: 'Oi',
    });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({ code: 'invalid_transition' });
    // D9: a mailbox's reopen window.
    await desk.write(opened.ticketId, desk.mail({ address: 'fim@cliente.example' }), true);
    expect((await desk.ticket(opened.ticketId))['status']).toBe('open');
  });

  it('a stale version is refused: 409 for version, 412 for If-Match', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'ver@cliente.example' }) });
    const { version } = await desk.ticket(opened.ticketId);
    await desk.write(opened.ticketId, desk.mail({ address: 'ver@cliente.example' }));
    const path = `/tickets/${opened.ticketId}/replies`;
    const stale = await desk.call(desk.ana, 'post', path, { text: 'Oi', version });
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);
    const matched = await desk.http
      .api()
      .post(`/api/v1${path}`)
      .set('Authorization', `Bearer ${desk.ana.token}`)
      .set('If-Match', `"${version}"`)
      .send({ text: 'Oi' });
    expect([matched.status, matched.body.code]).toEqual([412, 'precondition_failed']);
    expect(await desk.outbox(opened.ticketId)).toHaveLength(1);
    const { version: fresh } = await desk.ticket(opened.ticketId);
    expect((await desk.call(desk.ana, 'post', path, { text: 'Oi', version: fresh })).status).toBe(
      201,
    );
  });

  it('D26: default recipients: To the requester, Cc of the last customer message minus ours and lists', async () => {
    const opened = await desk.open({
      mail: desk.mail({
        address: 'dona@cliente.example',
        cc: [
          { address: 'socio@cliente.example', name: 'Sócio' },
          { address: 'financeiro@empresa.example', name: '' },
          { address: 'equipe-lista@cliente.example', name: '' },
        ],
      }),
    });
    expect((await desk.ticket(opened.ticketId))['replyTo']).toEqual({
      to: [{ address: 'dona@cliente.example', name: 'Bia Lima' }],
      cc: [{ address: 'socio@cliente.example', name: 'Sócio' }],
    });
    const mail = await desk.answer(opened.ticketId);
    expect(mail.recipients.map((one) => [one.role, one.address])).toEqual([
      ['to', 'dona@cliente.example'],
      ['cc', 'socio@cliente.example'],
    ]);
    // The colleague in Cc takes part: his answer is the customer's.
    await desk.write(opened.ticketId, desk.mail({ address: 'socio@cliente.example' }));
    expect((await desk.ticket(opened.ticketId))['status']).toBe('open');
  });

  it.each([
    ['nothing to say', {}, 'text'],
    ['only blanks', { text: '  ' }, 'text'],
    ['one of our own addresses', { text: 'Oi', to: ['suporte@empresa.example'] }, 'to[0]'],
    ['no address at all', { text: 'Oi', to: ['não é'] }, 'to[0].address'],
    [
      'a file that is not there',
      { text: 'Oi', attachmentIds: ['00000000-0000-4000-8000-000000000000'] },
      'attachmentIds[0]',
    ],
    ['an unknown field', { text: 'Oi', subject: 'x' }, 'subject'],
    ['an unknown then', { text: 'Oi', then: 'closed' }, 'then'],
  ])('422 names the field: %s', async (_name, body, path) => {
    const opened = await desk.open();
    const answer = await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/replies`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors ?? answer.body.fields).toEqual(
      expect.arrayContaining([expect.objectContaining({ path })]),
    );
  });

  it('D25: answering one twin warns of the other, by number only where it may be seen', async () => {
    const finance = {
      key: 'financeiro',
      decidedBy: 'mailbox',
      confidence: 1,
      evidence: {},
    } as const;
    const opened = await desk.open({
      twins: [{ queueKey: 'financeiro', mailboxKey: 'financeiro', reason: finance }],
    });
    const path = `/tickets/${opened.ticketId}/replies`;
    const { body } = await desk.call(desk.ana, 'post', path, { text: 'Oi' });
    expect(body.warnings).toMatchObject([{ code: 'twin_open', protocol: null }]);
    const twin = `/tickets/${opened.twinTicketIds[0]}/replies`;
    const other = await desk.call(desk.fabio, 'post', twin, { text: 'Oi' });
    expect(other.body.warnings).toMatchObject([
      { code: 'twin_answered', protocol: opened.ticketId },
    ]);
  });
});

describe('delivery', () => {
  it('D19: a bounce revokes the answer: open again, the original due date back', async () => {
    const opened = await desk.open();
    const due = (await desk.ticket(opened.ticketId))['deadline'].dueAt;
    const mail = await desk.answer(opened.ticketId);
    expect((await desk.ticket(opened.ticketId))['status']).toBe('awaiting_customer');
    await desk.failed(mail, 'returned');
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'open',
      marks: ['entrega_falhou'],
      deadline: { dueAt: due, kind: 'first_return', state: 'running' },
    });
    const messages = await desk.messages(opened.ticketId);
    expect(messages.at(-1)).toMatchObject({ kind: 'event', details: { state: 'returned' } });
  });

  it('a failed delivery is shown until the mail arrives after all, or a later answer does', async () => {
    const marks = async (id: string): Promise<string[]> => (await desk.ticket(id))['marks'];
    const later = await desk.open();
    await desk.failed(await desk.answer(later.ticketId), 'returned');
    expect(await marks(later.ticketId)).toEqual(['entrega_falhou']);
    await desk.answer(later.ticketId);
    expect(await marks(later.ticketId)).toEqual([]);

    const again = await desk.open();
    const acknowledgement = (await desk.outbox(again.ticketId)).at(-1)!;
    await desk.failed(acknowledgement, 'failed');
    expect(await marks(again.ticketId)).toEqual(['entrega_falhou']);
    await desk.accepted(again.ticketId);
    expect(await marks(again.ticketId)).toEqual([]);
    expect((await desk.ticket(again.ticketId))['status']).toBe('open');

    const two = await desk.open();
    const missing = (await desk.outbox(two.ticketId)).at(-1)!;
    await desk.failed(missing, 'failed');
    await desk.http.database.inTransaction((tx) =>
      tx.execute(`update outbox set state = 'failed' where id = $1`, [missing.id]),
    );
    const forward = { text: 'Veja', to: ['parceiro@fora.example'] };
    await desk.call(desk.ana, 'post', `/tickets/${two.ticketId}/forwards`, forward);
    await desk.failed((await desk.outbox(two.ticketId)).at(-1)!, 'failed');
    await desk.accepted(two.ticketId);
    expect(await marks(two.ticketId)).toEqual(['entrega_falhou']);
  });

  it('D19: after a bounce of what was resolved the ticket is open again', async () => {
    const opened = await desk.open();
    const mail = await desk.answer(opened.ticketId, 'resolved');
    await desk.failed(mail, 'returned');
    expect(await desk.ticket(opened.ticketId)).toMatchObject({ status: 'open', resolvedAt: null });
  });

  it('D19: a bounce after 5 × 24 h is shown and changes nothing', async () => {
    const opened = await desk.open();
    const mail = await desk.answer(opened.ticketId);
    await desk.failed(mail, 'returned', new Date(desk.now.getTime() + 121 * 3_600_000));
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'awaiting_customer',
      marks: ['entrega_falhou'],
    });
  });

  it('D19: a reply that never arrived leaves the clock as it runs; unknown is not met', async () => {
    for (const state of ['failed', 'unknown'] as const) {
      const opened = await desk.open();
      const before = (await desk.ticket(opened.ticketId))['deadline'];
      await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/replies`, { text: 'Oi' });
      await desk.failed((await desk.outbox(opened.ticketId)).at(-1)!, state);
      expect(await desk.ticket(opened.ticketId)).toMatchObject({
        status: 'open',
        deadline: before,
      });
    }
  });
});

describe('what else joins a conversation', () => {
  it('D9: bare thanks stay on the resolved ticket, visible, without clock', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'grata@cliente.example' }) });
    await desk.answer(opened.ticketId, 'resolved');
    await desk.http.database.inTransaction((tx) =>
      desk.tickets.addCourtesy(tx, {
        ticketId: opened.ticketId,
        message: desk.mail({ address: 'grata@cliente.example', text: 'Obrigada!' }),
      }),
    );
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'resolved',
      deadline: { dueAt: null },
    });
    expect((await desk.messages(opened.ticketId)).at(-1)!['kind']).toBe('courtesy');
  });

  it('D13 D21: machine messages change neither status nor clock nor last activity', async () => {
    const opened = await desk.open();
    await desk.answer(opened.ticketId);
    const before = await desk.ticket(opened.ticketId);
    desk.http.clock.advanceMs(1000);
    await desk.http.database.inTransaction((tx) =>
      desk.tickets.addMachineMessage(tx, {
        ticketId: opened.ticketId,
        message: desk.mail({ text: 'Estou de férias.' }),
        what: 'auto_reply',
      }),
    );
    expect(await desk.ticket(opened.ticketId)).toEqual(before);
    expect((await desk.messages(opened.ticketId)).at(-1)).toMatchObject({
      kind: 'event',
      details: { what: 'auto_reply' },
    });
  });

  describe('D17 D26: a stranger with thread proof', () => {
    async function waiting(): Promise<{ ticketId: string; messageId: string }> {
      const opened = await desk.open({ mail: desk.mail({ address: 'ela@cliente.example' }) });
      await desk.answer(opened.ticketId);
      desk.http.clock.advanceMs(1000);
      const { messageId } = await desk.http.database.inTransaction((tx) =>
        desk.tickets.addThirdParty(tx, {
          ticketId: opened.ticketId,
          message: desk.mail({ address: 'estranho@alhures.example', name: 'Estranho' }),
          why: 'not_a_participant',
        }),
      );
      return { ticketId: opened.ticketId, messageId };
    }

    it('waits with a clock; the status stays', async () => {
      const { ticketId } = await waiting();
      expect(await desk.ticket(ticketId)).toMatchObject({
        status: 'awaiting_customer',
        marks: ['terceiro_aguardando'],
        deadline: { kind: 'next_return', state: 'running' },
      });
      expect((await desk.messages(ticketId)).at(-1)).toMatchObject({
        kind: 'third_party',
        waiting: 'pending',
      });
    });

    it('accepted: takes part, the ticket is open, the clock runs on from its receipt', async () => {
      const { ticketId, messageId } = await waiting();
      const { deadline } = await desk.ticket(ticketId);
      const accepted = await desk.call(
        desk.ana,
        'post',
        `/tickets/${ticketId}/messages/${messageId}/accept`,
      );
      expect(accepted.status).toBe(200);
      expect(accepted.body).toMatchObject({ status: 'open', marks: [], deadline });
      expect(accepted.body.participants).toContainEqual({
        address: 'estranho@alhures.example',
        name: 'Estranho',
        role: 'accepted',
      });
      const again = await desk.call(
        desk.ana,
        'post',
        `/tickets/${ticketId}/messages/${messageId}/reject`,
      );
      expect(again.status).toBe(409);
    });

    it('rejected: the clock that it alone had started ends', async () => {
      const { ticketId, messageId } = await waiting();
      const rejected = await desk.call(
        desk.ana,
        'post',
        `/tickets/${ticketId}/messages/${messageId}/reject`,
      );
      expect(rejected.body).toMatchObject({
        status: 'awaiting_customer',
        deadline: { dueAt: null },
      });
      expect((await desk.clocks(ticketId)).at(-1)).toMatchObject({ state: 'cancelled' });
    });

    it('rejected: a customer message that came meanwhile keeps its promise', async () => {
      const { ticketId, messageId } = await waiting();
      desk.http.clock.advanceMs(1000);
      const own = desk.mail({ address: 'ela@cliente.example' });
      await desk.write(ticketId, own);
      await desk.call(desk.ana, 'post', `/tickets/${ticketId}/messages/${messageId}/reject`);
      const clocks = await desk.clocks(ticketId);
      expect(clocks.at(-1)).toMatchObject({ state: 'running' });
      expect(new Date(clocks.at(-1)!['startedAt'])).toEqual(own.receivedAt);
    });
  });

  it('side conversation: no clock touched, the outsider’s answer joins it, also after resolving', async () => {
    const opened = await desk.open();
    const before = (await desk.ticket(opened.ticketId))['deadline'];
    const { status, body } = await desk.call(
      desk.ana,
      'post',
      `/tickets/${opened.ticketId}/forwards`,
      {
        to: ['banco@banco.example'],
        text: 'Podem conferir este boleto?',
      },
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'third_party', sideConversation: body.id });
    const mail = await desk.accepted(opened.ticketId);
    expect(mail.kind).toBe('forward');
    expect(await desk.ticket(opened.ticketId)).toMatchObject({ status: 'open', deadline: before });
    await desk.answer(opened.ticketId, 'resolved');
    const joining = await desk.http.database.inTransaction((tx) =>
      desk.tickets.forJoining(tx, opened.ticketId),
    );
    expect(joining).toMatchObject({ status: 'resolved', outsiders: ['banco@banco.example'] });
    await desk.write(
      opened.ticketId,
      desk.mail({
        address: 'banco@banco.example',
        references: [mail.messageId],
        text: 'Conferido.',
      }),
    );
    expect((await desk.messages(opened.ticketId)).at(-1)).toMatchObject({
      kind: 'third_party',
      sideConversation: body.id,
      author: { address: 'banco@banco.example' },
    });
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'resolved',
      marks: ['resposta_de_terceiro'],
    });
    const requester = await desk.call(desk.ana, 'post', `/tickets/${opened.ticketId}/forwards`, {
      to: [(await desk.ticket(opened.ticketId))['requester'].address],
      text: 'Oi',
    });
    expect(requester.status).toBe(422);
  });

  it('D24: an answer given outside, found late, covers only what had been received when it was sent', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'tia@cliente.example' }) });
    const sentAt = new Date(desk.now.getTime() + 60_000);
    desk.http.clock.advanceMs(120_000);
    const second = desk.mail({ address: 'tia@cliente.example', text: 'E mais isto.' });
    await desk.write(opened.ticketId, second);
    await desk.http.database.inTransaction((tx) =>
      desk.tickets.addOutsideAnswer(tx, {
        ticketId: opened.ticketId,
        message: desk.mail({
          address: 'suporte@empresa.example',
          to: [{ address: 'tia@cliente.example', name: '' }],
          receivedAt: sentAt,
        }),
      }),
    );
    expect((await desk.ticket(opened.ticketId))['status']).toBe('open');
    const clocks = await desk.clocks(opened.ticketId);
    expect(clocks.map((clock) => clock['state'])).toEqual(['met', 'running']);
    expect(new Date(clocks[1]!['startedAt'])).toEqual(second.receivedAt);
  });

  it('D24: an answer given outside moves status and clock; to others it is a note', async () => {
    const opened = await desk.open({ mail: desk.mail({ address: 'lia@cliente.example' }) });
    const outside = (to: string) =>
      desk.http.database.inTransaction((tx) =>
        desk.tickets.addOutsideAnswer(tx, {
          ticketId: opened.ticketId,
          message: desk.mail({
            address: 'suporte@empresa.example',
            to: [{ address: to, name: '' }],
          }),
        }),
      );
    expect((await outside('colega@empresa.example')).kind).toBe('note');
    expect((await desk.ticket(opened.ticketId))['status']).toBe('open');
    expect((await outside('lia@cliente.example')).kind).toBe('reply');
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'awaiting_customer',
      deadline: { dueAt: null },
    });
    expect((await desk.messages(opened.ticketId)).at(-1)).toMatchObject({
      kind: 'reply',
      outside: true,
    });
  });
});
