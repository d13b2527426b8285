import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HelpDesk } from './help-desk.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open();
});
afterAll(() => desk?.close());

const patch = (protocol: string, body: object, agent = desk.ana) =>
  desk.call(agent, 'patch', `/tickets/${protocol}`, body);

describe('changing a ticket', () => {
  it('D9: resolving without an answer needs a closeReason; the clock is cancelled', async () => {
    const { ticketId } = await desk.open();
    const without = await patch(ticketId, { status: 'resolved' });
    expect(without.status).toBe(422);
    expect(JSON.stringify(without.body)).toContain('closeReason');
    const done = await patch(ticketId, { status: 'resolved', closeReason: 'no_answer_needed' });
    expect(done.body).toMatchObject({
      status: 'resolved',
      closeReason: 'no_answer_needed',
      deadline: { dueAt: null },
    });
    expect(await desk.clocks(ticketId)).toMatchObject([{ state: 'cancelled' }]);
  });

  it('D9: an answered ticket may be resolved as it is', async () => {
    const { ticketId } = await desk.open();
    await desk.answer(ticketId);
    expect((await patch(ticketId, { status: 'resolved' })).body).toMatchObject({
      status: 'resolved',
      closeReason: null,
    });
  });

  it('D9 D13: reopening records its reason; the clock starts at the message that has no answer', async () => {
    const { ticketId } = await desk.open();
    const { deadline } = await desk.ticket(ticketId);
    await patch(ticketId, { status: 'resolved', closeReason: 'duplicate' });
    expect((await patch(ticketId, { status: 'open' })).status).toBe(422);
    const open = await patch(ticketId, { status: 'open', reopenReason: 'não era duplicado' });
    expect(open.body).toMatchObject({
      status: 'open',
      closeReason: null,
      resolvedAt: null,
      deadline,
    });
    const { body } = await desk.call(desk.ana, 'get', `/tickets/${ticketId}/history`);
    expect(body.items.at(-1)).toMatchObject({
      action: 'status_changed',
      actorName: desk.ana.name,
      before: { status: 'resolved' },
      after: { reopenReason: 'não era duplicado' },
    });
  });

  it('D17: awaiting_customer by hand only where nothing waits for an answer', async () => {
    const { ticketId } = await desk.open({ mail: desk.mail({ address: 'q@cliente.example' }) });
    expect((await patch(ticketId, { status: 'awaiting_customer' })).status).toBe(409);
    await desk.answer(ticketId);
    await patch(ticketId, { status: 'open' });
    expect((await desk.ticket(ticketId))['deadline'].kind).toBe('next_return');
    // What we owed of our own accord is called off with it: no return clock runs in this state.
    const waits = await patch(ticketId, { status: 'awaiting_customer' });
    expect(waits.body).toMatchObject({ status: 'awaiting_customer', deadline: { dueAt: null } });
    expect((await desk.clocks(ticketId)).at(-1)).toMatchObject({ state: 'cancelled' });
  });

  it('D4: a corrected reason re-routes, and what stood before is remembered', async () => {
    const { ticketId } = await desk.open({
      reason: { key: 'dominios', decidedBy: 'clues', confidence: 0.6, evidence: {} },
    });
    const moved = await patch(ticketId, { reason: 'financeiro' });
    expect(moved.status).toBe(200);
    // D20: Ana of support moved it into the private queue, and sees it no more.
    expect(moved.body).toEqual({
      protocol: ticketId,
      restricted: true,
      label: 'chamado em fila restrita',
    });
    expect((await desk.call(desk.ana, 'get', `/tickets/${ticketId}`)).status).toBe(404);
    expect(await desk.ticket(ticketId, desk.fabio)).toMatchObject({
      queue: 'financeiro',
      reason: { key: 'financeiro', decidedBy: 'agent', confidence: 1 },
    });
    const rows = await desk.http.database.query(
      `select reason_evidence from tickets where id = $1`,
      [ticketId],
    );
    expect(rows).toMatchObject([
      { reason_evidence: { corrected: { key: 'dominios', decidedBy: 'clues' } } },
    ]);
  });

  it('D19 D20: a move leaves the clock alone; mail leaves with the private queue’s identity', async () => {
    const { ticketId } = await desk.open();
    const { deadline } = await desk.ticket(ticketId);
    await patch(ticketId, { queue: 'financeiro' });
    expect(await desk.ticket(ticketId, desk.fabio)).toMatchObject({ deadline, mailbox: 'suporte' });
    const mail = await desk.answer(ticketId, 'awaiting_customer', desk.fabio);
    expect(mail.mailboxKey).toBe('financeiro');
  });

  it('D19 D20: a move is recorded with who and why, tells the customer nothing, and takes waiting mail along', async () => {
    const { ticketId } = await desk.open();
    const clocks = await desk.clocks(ticketId);
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/replies`, { text: 'Já vejo.' });
    const [acknowledgement, answer] = await desk.outbox(ticketId);
    await desk.http.database.inTransaction((tx) =>
      tx.execute(`update outbox set state = 'sent', sent_at = now() where id = $1`, [
        acknowledgement!.id,
      ]),
    );
    const notice = (to: string): Promise<unknown> =>
      desk.http.database.inTransaction((tx) =>
        tx.execute(
          `insert into outbox (mailbox_key, kind, automatic, ticket_id, message_id, from_address, envelope_from, recipients,
                               primary_recipient, subject, body_text, state, not_before, give_up_at, created_at)
           values ('suporte', 'notice', true, $1, $2, 'suporte@empresa.example', '', '[]', $2, 'x', 'x', 'queued',
                   now(), now(), now())`,
          [ticketId, to],
        ),
      );
    await notice('ana@empresa.example');
    await notice('fabio@empresa.example');
    await patch(ticketId, { reason: 'financeiro' });
    const rows = await desk.http.database.query(
      `select id, state, from_address as "from", reply_to as "replyTo", message_id as "messageId", primary_recipient as "to"
         from outbox where ticket_id = $1 order by id`,
      [ticketId],
    );
    expect(rows).toMatchObject([
      { state: 'sent', from: 'suporte@empresa.example' },
      { id: answer!.id, from: 'financeiro@empresa.example', messageId: answer!.messageId },
      { to: 'ana@empresa.example', state: 'cancelled' },
      { to: 'fabio@empresa.example', state: 'queued', from: 'financeiro@empresa.example' },
    ]);
    expect(rows[1]!['replyTo']).toMatch(/^financeiro(\+r\.\S+)?@/);
    expect(await desk.clocks(ticketId, desk.fabio)).toEqual(clocks);
    const { body } = await desk.call(desk.fabio, 'get', `/tickets/${ticketId}/history`);
    expect(body.items).toContainEqual(
      expect.objectContaining({
        action: 'queue_changed',
        actorKind: 'agent',
        actorName: desk.ana.name,
        before: { queue: 'suporte', private: false },
        after: { queue: 'financeiro', private: true, why: 'reason' },
      }),
    );
    await patch(ticketId, { queue: 'suporte' }, desk.fabio);
    const out = (await desk.outbox(ticketId)).map(
      ({ mailboxKey, kind }) => `${kind} ${mailboxKey}`,
    );
    expect(out).toEqual([
      'acknowledgement suporte',
      'reply suporte',
      'notice suporte',
      'notice suporte',
    ]);
  });

  it('D20: mail that had failed before the move leaves as the private queue does when it is sent again', async () => {
    const { ticketId } = await desk.open();
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/replies`, { text: 'Já vejo.' });
    const answer = (await desk.outbox(ticketId)).at(-1)!;
    const insertNotice = `insert into outbox (mailbox_key, kind, automatic, ticket_id, message_id, from_address, envelope_from,
        recipients, primary_recipient, subject, body_text, state, not_before, give_up_at, created_at)
      values ('suporte', 'notice', true, $1, $2, 'suporte@empresa.example', '',
        jsonb_build_array(jsonb_build_object('address', $3::text, 'name', '', 'role', 'to', 'state', 'failed', 'response', null)),
        $3, 'x', 'x', 'failed', now(), now(), now()) returning id`;
    const [notice] = await desk.http.database.inTransaction((tx) =>
      tx.query<{ id: string }>(insertNotice, [ticketId, 'n1@x', 'ana@empresa.example']),
    );
    await desk.http.database.inTransaction((tx) =>
      tx.execute(
        `update outbox set state = 'failed', recipients = jsonb_set(recipients, '{0,state}', '"failed"') where id = $1`,
        [answer.id],
      ),
    );
    await patch(ticketId, { queue: 'financeiro' });
    for (const id of [answer.id, notice!.id]) {
      const { status } = await desk.call(desk.fabio, 'post', `/outbox/${id}/retry`, {});
      expect(status).toBeLessThan(300);
    }
    const rows = await desk.http.database.query(
      `select state, mailbox_key as mailbox, from_address as "from", envelope_from as envelope, reply_to as "replyTo",
              message_id as "messageId" from outbox where id = any($1) order by id`,
      [[answer.id, notice!.id]],
    );
    expect(rows[0]).toMatchObject({
      state: 'queued',
      mailbox: 'financeiro',
      from: 'financeiro@empresa.example',
      envelope: 'financeiro@empresa.example',
      messageId: answer.messageId,
    });
    expect(rows[0]!['replyTo']).toMatch(/^financeiro(\+r\.\S+)?@/);
    expect(rows[1]).toMatchObject({ state: 'cancelled' });
  });

  it('the assignee must be able to see the queue; a move drops one who cannot', async () => {
    const { ticketId } = await desk.open();
    expect((await patch(ticketId, { assignee: 'me' })).body.assignee).toMatchObject({
      email: 'ana@empresa.example',
    });
    expect((await patch(ticketId, { assignee: 'ninguem@empresa.example' })).status).toBe(422);
    await patch(ticketId, { queue: 'financeiro' });
    expect((await desk.ticket(ticketId, desk.fabio))['assignee']).toBeNull();
    const mistaken = await patch(ticketId, { assignee: desk.ana.agentId }, desk.fabio);
    expect(mistaken.status).toBe(422);
    expect((await patch(ticketId, { assignee: null }, desk.fabio)).status).toBe(200);
  });

  it('every change is one history entry of one version; a change that changes nothing is none', async () => {
    const { ticketId } = await desk.open();
    const { version } = await desk.ticket(ticketId);
    const changed = await patch(ticketId, { priority: 'critical', tags: ['vip', 'vip'], version });
    expect(changed.body).toMatchObject({
      priority: 'critical',
      tags: ['vip'],
      version: version + 1,
    });
    const again = await patch(ticketId, { priority: 'critical', tags: ['vip'] });
    expect(again.body.version).toBe(version + 1);
    expect(await desk.history(ticketId)).toEqual(['opened', 'priority_changed', 'tags_changed']);
    expect((await patch(ticketId, { priority: 'high', version })).status).toBe(409);
  });

  it('of two agents who change the same version at once one is told that it is stale', async () => {
    const { ticketId } = await desk.open();
    const { version } = await desk.ticket(ticketId);
    const answers = await Promise.all(
      ['high', 'critical'].map((priority) => patch(ticketId, { priority, version })),
    );
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect((await desk.ticket(ticketId))['version']).toBe(version + 1);
  });

  it('another requester: answers go there, and the old one still takes part', async () => {
    const { ticketId } = await desk.open({
      mail: desk.mail({ address: 'antiga@cliente.example' }),
    });
    const changed = await patch(ticketId, {
      requester: { address: 'nova@cliente.example', name: 'Nova' },
    });
    expect(changed.body).toMatchObject({
      requester: { address: 'nova@cliente.example' },
      replyTo: { to: [{ address: 'nova@cliente.example' }] },
    });
    expect(changed.body.participants.map((one: { address: string }) => one.address)).toContain(
      'antiga@cliente.example',
    );
    for (const [requester, status] of [
      ['suporte@empresa.example', 422],
      ['nem endereço', 422],
      [{ email: 'terceira@cliente.example' }, 200],
      [{ address: 'x@y.example', role: 'admin' }, 422],
      [7, 422],
    ] as const) {
      expect((await patch(ticketId, { requester })).status).toBe(status);
    }
  });

  it('a name alone corrects how the requester is called; the address and where answers go stay', async () => {
    const { ticketId } = await desk.open({ mail: desk.mail({ address: 'rosa@cliente.example' }) });
    const renamed = await patch(ticketId, { requester: { name: ' Rosa Lima ' } });
    expect(renamed.body).toMatchObject({
      requester: { name: 'Rosa Lima', address: 'rosa@cliente.example' },
      replyTo: { to: [{ address: 'rosa@cliente.example' }] },
    });
    const { version } = renamed.body;
    expect((await patch(ticketId, { requester: { name: 'Rosa Lima' } })).body.version).toBe(
      version,
    );
    const nobody = await patch(ticketId, { requester: {} });
    expect(nobody).toMatchObject({ status: 422, body: { fields: [{ path: 'requester' }] } });
    const entered = await desk.call(desk.ana, 'post', '/tickets', {
      channel: 'phone',
      subject: 'Ligação sem nome',
      text: 'Caiu a ligação.',
    });
    const named = await patch(entered.body.protocol, { requester: { name: 'Ivo' } });
    expect(named.body).toMatchObject({ requester: { name: 'Ivo', address: null } });
  });

  it('D17: automatic mail that a person marks as a person’s has its clock from receivedAt', async () => {
    const mail = desk.mail();
    const { ticketId } = await desk.open({
      mail,
      lane: 'automatic',
      fromPerson: false,
      acknowledge: { no: 'auto_submitted' },
    });
    const { body } = await patch(ticketId, { lane: 'inbox' });
    expect(body).toMatchObject({ lane: 'inbox', deadline: { state: 'running' } });
    const [clock] = await desk.clocks(ticketId);
    expect(new Date(clock!['startedAt'])).toEqual(mail.receivedAt);
  });

  it.each([
    [{ queue: 'nenhuma' }, 'queue'],
    [{ reason: 'nenhum' }, 'reason'],
    [{ closeReason: 'spam' }, 'closeReason'],
    [{ protocol: '1' }, 'protocol'],
    [{ tags: 'vip' }, 'tags'],
  ])('422 names the field: %j', async (body, path) => {
    const { ticketId } = await desk.open();
    const answer = await patch(ticketId, body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(`"${path}"`);
  });
});

describe('escalation', () => {
  const escalate = (protocol: string, body: object, agent = desk.ana) =>
    desk.call(agent, 'post', `/tickets/${protocol}/escalation`, body);

  it('D11 D13 D14: a second clock, the return clock as it is, the customer told with the date', async () => {
    const { ticketId } = await desk.open();
    const { deadline } = await desk.ticket(ticketId);
    const { status, body } = await escalate(ticketId, {
      queue: 'produto',
      text: 'Parece erro no editor.',
    });
    expect(status).toBe(201);
    // Thursday 5 November + 6 business days: Friday 13.
    expect(body).toMatchObject({
      queue: 'suporte',
      escalation: { queue: 'produto', dueAt: '2026-11-13T21:00:00.000Z' },
      deadline,
    });
    const mail = (await desk.outbox(ticketId)).at(-1)!;
    expect(mail).toMatchObject({ kind: 'escalation', automatic: true });
    expect(mail.text).toContain('13 de novembro');
    expect((await desk.clocks(ticketId)).map((clock) => [clock['kind'], clock['state']])).toEqual([
      ['first_return', 'running'],
      ['resolution', 'running'],
    ]);
    expect((await escalate(ticketId, { queue: 'produto' })).status).toBe(409);
    expect((await escalate(ticketId, { queue: 'suporte' })).status).toBe(422);
  });

  it('D14: from analysts to product the earlier due date stays', async () => {
    const { ticketId } = await desk.open();
    const first = await escalate(ticketId, { queue: 'analistas' });
    expect(first.body.escalation.dueAt).toBe('2026-11-10T21:00:00.000Z');
    const second = await escalate(ticketId, { queue: 'produto' });
    expect(second.body.escalation).toMatchObject({
      queue: 'produto',
      dueAt: '2026-11-10T21:00:00.000Z',
    });
  });

  it('D11 D14: moved into the team that has it, the escalation goes on until it is handed back', async () => {
    const { ticketId } = await desk.open();
    await escalate(ticketId, { queue: 'produto' });
    const moved = await patch(ticketId, { queue: 'produto' });
    expect(moved.body).toMatchObject({
      queue: 'produto',
      escalation: { queue: 'produto', dueAt: '2026-11-13T21:00:00.000Z' },
    });
    const path = `/tickets/${ticketId}/escalation`;
    const back = await desk.call(desk.ana, 'delete', path, { outcome: 'Corrigido.' });
    expect(back.body).toMatchObject({ escalation: null, queue: 'produto' });
    expect((await desk.clocks(ticketId)).at(-1)).toMatchObject({
      kind: 'resolution',
      state: 'met',
    });
  });

  it('D11 D14: the hand-back needs an outcome, meets the clock and gives the ball to the first line', async () => {
    const { ticketId } = await desk.open();
    await escalate(ticketId, { queue: 'produto' });
    await desk.answer(ticketId);
    const path = `/tickets/${ticketId}/escalation`;
    expect((await desk.call(desk.ana, 'delete', path)).status).toBe(422);
    const back = await desk.call(desk.ana, 'delete', path, { outcome: 'Corrigido na versão 8.' });
    expect(back.status).toBe(200);
    expect(back.body).toMatchObject({ status: 'open', escalation: null });
    expect((await desk.clocks(ticketId)).at(-1)).toMatchObject({
      kind: 'resolution',
      state: 'met',
    });
    expect((await desk.call(desk.ana, 'delete', path, { outcome: 'x' })).status).toBe(409);
    const third = await escalate(ticketId, { queue: 'produto' });
    expect(third.status).toBe(201);
    expect(
      (await desk.clocks(ticketId)).filter((clock) => clock['kind'] === 'resolution'),
    ).toHaveLength(2);
  });

  it('D20: out of a private queue only the text and the picked files are shared', async () => {
    const upload = await desk.http
      .api()
      .post('/api/v1/attachments')
      .set('Authorization', `Bearer ${desk.fabio.token}`)
      .attach('file', Buffer.from('recorte'), 'recorte.txt');
    const { ticketId } = await desk.openFinance({
      mail: desk.mail({ subject: 'Boleto secreto', address: 'rica@cliente.example' }),
    });
    expect((await escalate(ticketId, { queue: 'produto' }, desk.fabio)).status).toBe(422);
    const escalated = await escalate(
      ticketId,
      { queue: 'produto', text: 'O botão de boleto falha.', attachmentIds: [upload.body.id] },
      desk.fabio,
    );
    expect(escalated.status).toBe(201);
    const [link] = escalated.body.links;
    expect(link).toMatchObject({ relation: 'escalation', queue: 'produto' });
    expect((await desk.call(desk.ana, 'get', `/tickets/${ticketId}`)).status).toBe(404);
    const shared = await desk.ticket(link.protocol);
    expect(JSON.stringify(shared)).not.toMatch(/secreto|rica@|financeiro/i);
    expect(shared['links']).toEqual([
      { relation: 'escalation_of', restricted: true, label: 'chamado em fila restrita' },
    ]);
    const [message] = await desk.messages(link.protocol);
    expect(message).toMatchObject({ text: 'O botão de boleto falha.' });
    const file = await desk.call(desk.ana, 'get', `/attachments/${message!['attachments'][0].id}`);
    expect(file.status).toBe(200);
    const reply = { text: 'Olá, cliente', to: ['rica@cliente.example'] };
    const path = `/tickets/${link.protocol}/replies`;
    expect((await desk.call(desk.ana, 'post', path, reply)).status).toBe(409);
    const back = await desk.call(desk.ana, 'delete', `/tickets/${link.protocol}/escalation`, {
      outcome: 'Corrigido.',
    });
    expect(back.body).toMatchObject({ status: 'resolved' });
    const owner = await desk.ticket(ticketId, desk.fabio);
    expect(owner).toMatchObject({ escalation: null, status: 'open' });
    expect((await desk.messages(ticketId, desk.fabio)).at(-1)).toMatchObject({
      kind: 'note',
      text: 'Corrigido.',
    });
  });
});

describe('suspects', () => {
  const suspect = (about = {}) => desk.open({ lane: 'suspected', marks: ['suspeito'], ...about });

  it('D23: confirmed: resolved as spam, no clock, no mail', async () => {
    const { ticketId } = await suspect();
    const { body } = await desk.call(desk.ana, 'post', `/tickets/${ticketId}/spam`);
    expect(body).toMatchObject({
      status: 'resolved',
      closeReason: 'spam',
      deadline: { dueAt: null },
    });
    expect(await desk.outbox(ticketId)).toEqual([]);
  });

  it('D23: released: in the inbox, acknowledged now, the clock as it ran', async () => {
    const { ticketId } = await suspect();
    const { deadline } = await desk.ticket(ticketId);
    const reply = await desk.call(desk.ana, 'post', `/tickets/${ticketId}/replies`, { text: 'Oi' });
    expect(reply.status).toBe(409);
    const { body } = await desk.call(desk.ana, 'delete', `/tickets/${ticketId}/spam`);
    expect(body).toMatchObject({ lane: 'inbox', status: 'open', deadline });
    expect(await desk.outbox(ticketId)).toMatchObject([{ kind: 'acknowledgement' }]);
    await desk.call(desk.ana, 'delete', `/tickets/${ticketId}/spam`);
    expect(await desk.outbox(ticketId)).toHaveLength(1);
  });

  it('D23: what was confirmed by mistake is released with its old promise', async () => {
    const { ticketId } = await suspect();
    const { deadline } = await desk.ticket(ticketId);
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/spam`);
    const { body } = await desk.call(desk.ana, 'delete', `/tickets/${ticketId}/spam`);
    expect(body).toMatchObject({ status: 'open', lane: 'inbox', closeReason: null, deadline });
  });

  it('D23: a sender whose DMARC fails gets no automatic mail on release either', async () => {
    const [intake] = await desk.http.database.inTransaction((tx) =>
      tx.query<{ id: string }>(
        `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, received_at, fetched_at, state, decisions)
         values ('suporte', 'suporte', 'INBOX', 1, 1, 10, now(), now(), 'stored',
                 '[{"filter": "spam-verdict", "verdict": "noted", "evidence": {"dmarcFailed": true}}]') returning id`,
      ),
    );
    const { ticketId } = await suspect({ mail: desk.mail({ intakeId: intake!.id }) });
    const { body } = await desk.call(desk.ana, 'delete', `/tickets/${ticketId}/spam`);
    expect(body.marks).toContain('dmarc_falhou');
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/escalation`, { queue: 'produto' });
    expect(await desk.outbox(ticketId)).toEqual([]);
  });
});

describe('tickets entered by agents', () => {
  const enter = (body: object, agent = desk.ana) => desk.call(agent, 'post', '/tickets', body);

  it('D6 D13: a call has its promise; the answer given there counts at once', async () => {
    const { status, body } = await enter({
      channel: 'phone',
      subject: 'Ligou sobre domínio',
      text: 'Cliente diz que o domínio expirou.',
      requester: { name: 'Ivo' },
      reason: 'dominios',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channel: 'phone',
      queue: 'suporte',
      reason: { key: 'dominios', decidedBy: 'agent' },
      requester: { name: 'Ivo', address: null, addresses: [] },
      deadline: { state: 'running' },
    });
    await desk.call(desk.ana, 'post', `/tickets/${body.protocol}/replies`, {
      text: 'Expliquei por telefone.',
      then: 'resolved',
    });
    expect(await desk.ticket(body.protocol)).toMatchObject({
      status: 'resolved',
      deadline: { dueAt: null },
    });
    expect(await desk.outbox(body.protocol)).toEqual([]);
  });

  it('D6 D7: with an address it may be acknowledged', async () => {
    const { body } = await enter({
      channel: 'whatsapp',
      subject: 'Dúvida',
      text: 'Como faço?',
      requester: { name: 'Rui', address: 'rui@cliente.example' },
      acknowledge: true,
    });
    expect(await desk.outbox(body.protocol)).toMatchObject([{ kind: 'acknowledgement' }]);
  });

  it('D6: proactive mail: ours is the first word; the ticket awaits the customer when it is accepted', async () => {
    const { body } = await enter({
      channel: 'email',
      subject: 'Seu plano',
      text: 'Notamos um erro na sua conta.',
      requester: { name: 'Zé', address: 'ze@cliente.example' },
      queue: 'suporte',
      proactive: true,
    });
    expect(body).toMatchObject({ status: 'open', deadline: { dueAt: null } });
    const mail = await desk.accepted(body.protocol);
    // The first mail of a conversation answers nothing.
    expect(mail.subject).toBe(`[Chamado ${body.protocol}] Seu plano`);
    expect((await desk.ticket(body.protocol))['status']).toBe('awaiting_customer');
    await desk.write(body.protocol, desk.mail({ address: 'ze@cliente.example' }));
    expect(await desk.ticket(body.protocol)).toMatchObject({
      status: 'open',
      deadline: { state: 'running' },
    });
  });

  it('422 names what is missing', async () => {
    const { status, body } = await enter({ channel: 'carta' });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(/"channel".*"subject"/s);
    expect((await enter({ channel: 'phone', subject: 'x', text: 'y', queue: 'nada' })).status).toBe(
      422,
    );
  });

  it('D20: an agent may hand a call over to a private queue without seeing it afterwards', async () => {
    const { body } = await enter({
      channel: 'phone',
      subject: 'Boleto',
      text: 'Boleto',
      reason: 'financeiro',
    });
    expect(body).toMatchObject({ restricted: true });
    expect((await desk.ticket(body.protocol, desk.fabio))['queue']).toBe('financeiro');
  });
});
