import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignedLinks } from '../../../src/platform/index.js';
import { portalVisit } from '../../../src/modules/tickets/index.js';
import { AcknowledgementSummaries } from '../../../src/modules/tickets/acknowledgement-summaries.js';
import { DESK_YAML, HelpDesk, NO_REASON } from './help-desk.js';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open();
});
afterAll(() => desk?.close());

describe('opening a ticket', () => {
  it('D7 D13 D15: ticket, clock, acknowledgement and history appear together', async () => {
    const mail = desk.mail({ address: 'bia@cliente.example' });
    const opened = await desk.open({ mail });
    expect(opened.acknowledged).toBe(true);
    const ticket = await desk.ticket(opened.ticketId);
    expect(ticket).toMatchObject({
      protocol: opened.ticketId,
      status: 'open',
      queue: 'suporte',
      lane: 'inbox',
      channel: 'email',
      mailbox: 'suporte',
      requester: { name: 'Bia Lima', address: 'bia@cliente.example' },
      reason: { key: null, label: 'A classificar' },
      // Thursday 5 November + 3 business days: Tuesday 10, 18:00 in São Paulo.
      deadline: { dueAt: '2026-11-10T21:00:00.000Z', kind: 'first_return', state: 'running' },
      participants: [{ address: 'bia@cliente.example', role: 'requester' }],
    });
    const [acknowledgement, ...more] = await desk.outbox(opened.ticketId);
    expect(more).toEqual([]);
    expect(acknowledgement).toMatchObject({
      kind: 'acknowledgement',
      automatic: true,
      to: 'bia@cliente.example',
      mailboxKey: 'suporte',
    });
    expect(acknowledgement!.subject).toContain(`[Chamado ${opened.ticketId}]`);
    expect(acknowledgement!.text).toContain('10 de novembro');
    expect(acknowledgement!.references.at(-1)).toBe(mail.messageId);
    const messages = await desk.messages(opened.ticketId);
    expect(messages.map((message) => message['kind'])).toEqual(['inbound', 'automatic']);
    expect(messages[1]!['delivery']).toMatchObject({ state: 'queued' });
    expect(await desk.history(opened.ticketId)).toEqual(['opened']);
  });

  it('all or nothing: where the transaction fails nothing is left', async () => {
    const before = await desk.http.database.query(`select count(*) from tickets`);
    await expect(
      desk.http.database.inTransaction(async (tx) => {
        await desk.tickets.open(tx, {
          message: desk.mail(),
          channel: 'email',
          mailboxKey: 'suporte',
          queueKey: 'suporte',
          reason: NO_REASON,
          lane: 'inbox',
          marks: [],
          fromPerson: true,
          acknowledge: true,
          followUpOf: null,
          twins: [],
        });
        throw new Error('the process dies here');
      }),
    ).rejects.toThrow('dies');
    expect(await desk.http.database.query(`select count(*) from tickets`)).toEqual(before);
  });

  it.each([
    [
      'D21: automatic mail has a ticket, no clock, no acknowledgement',
      { fromPerson: false, lane: 'automatic' as const, acknowledge: { no: 'auto_submitted' } },
      false,
    ],
    [
      'D23: a suspect has its clock from receivedAt and no acknowledgement',
      { lane: 'suspected' as const },
      true,
    ],
  ])('%s', async (_name, about, hasClock) => {
    const opened = await desk.open(about);
    expect(opened.acknowledged).toBe(false);
    expect(await desk.outbox(opened.ticketId)).toEqual([]);
    const { deadline } = await desk.ticket(opened.ticketId);
    expect(deadline.dueAt !== null).toBe(hasClock);
  });

  it('D26: a Reply-To in another domain is marked, answered by no machine, and where people answer', async () => {
    const opened = await desk.open({ mail: desk.mail({ replyTo: 'outro@alhures.example' }) });
    expect(opened.acknowledged).toBe(false);
    const ticket = await desk.ticket(opened.ticketId);
    expect(ticket['marks']).toContain('reply_to_diferente');
    expect(ticket['replyTo'].to).toEqual([{ address: 'outro@alhures.example', name: 'Bia Lima' }]);
  });

  it('D27: without a usable sender the ticket is marked, has its deadline and no automatic mail', async () => {
    const opened = await desk.open({
      mail: desk.mail({ from: { address: null, name: '' } }),
    });
    const ticket = await desk.ticket(opened.ticketId);
    expect(ticket).toMatchObject({ requester: null, marks: ['sem_remetente'] });
    expect(ticket['deadline'].dueAt).not.toBeNull();
    expect(await desk.outbox(opened.ticketId)).toEqual([]);
  });

  it('D15: a message older than its promise gets the late text without a date', async () => {
    const opened = await desk.open({
      mail: desk.mail({ receivedAt: new Date('2026-10-20T12:00:00.000Z') }),
    });
    const [mail] = await desk.outbox(opened.ticketId);
    expect(mail!.text).not.toMatch(/até as \d+h/);
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      createdAt: '2026-10-20T12:00:00.000Z',
      deadline: { state: 'breached' },
    });
  });

  it('D7: identification is asked for once, and learned from what the customer writes', async () => {
    const address = 'novo@cliente.example';
    const first = await desk.open({ mail: desk.mail({ address }) });
    const second = await desk.open({ mail: desk.mail({ address }) });
    const asks = /ID (?:de )?Suporte|e-mail de acesso/i;
    expect((await desk.outbox(first.ticketId))[0]!.text).toMatch(asks);
    expect((await desk.outbox(second.ticketId))[0]!.text).not.toMatch(asks);
    await desk.write(
      second.ticketId,
      desk.mail({ address, text: 'Meu e-mail de acesso: dono@loja.example e o código é ID-12345' }),
    );
    expect((await desk.ticket(second.ticketId))['requester']).toMatchObject({
      accessEmail: 'dono@loja.example',
      supportId: 'ID-12345',
    });
  });

  it('D7 D23: what anybody could have typed stands on nobody’s record, and nothing known is overwritten', async () => {
    const address = 'vitima@cliente.example';
    const says = (text: string) => desk.mail({ address, text });
    const requesterOf = async (ticketId: string): Promise<unknown> =>
      (await desk.ticket(ticketId))['requester'];
    const form = await desk.open({
      mail: says('E-mail de acesso: ladrao@mal.example, ID-6666'),
      channel: 'form',
      marks: ['endereco_nao_confirmado'],
      acknowledge: { no: 'unconfirmed_address' },
    });
    expect(await requesterOf(form.ticketId)).toMatchObject({ accessEmail: null, supportId: null });
    const suspect = await desk.open({
      mail: says('E-mail de acesso: dona@loja.example'),
      lane: 'suspected',
      acknowledge: { no: 'suspected' },
    });
    expect(await requesterOf(suspect.ticketId)).toMatchObject({ accessEmail: null });
    const released = await desk.http
      .api()
      .delete(`/api/v1/tickets/${suspect.ticketId}/spam`)
      .set('Authorization', `Bearer ${desk.ana.token}`);
    expect(released.status).toBeLessThan(300);
    expect(await requesterOf(suspect.ticketId)).toMatchObject({ accessEmail: 'dona@loja.example' });
    const later = await desk.open({ mail: says('E-mail de acesso: outra@loja.example, ID-7777') });
    expect(await requesterOf(later.ticketId)).toMatchObject({
      accessEmail: 'dona@loja.example',
      supportId: 'ID-7777',
    });
  });

  it('D8: the acknowledgement carries the link to Meus chamados', async () => {
    const { ticketId } = await desk.open({ mail: desk.mail({ address: 'Elo@cliente.example' }) });
    const [acknowledgement] = await desk.outbox(ticketId);
    const link = /http:\/\/127\.0\.0\.1:3000(\/portal\?token=\S+)/.exec(acknowledgement!.text);
    const token = new URL(link![0]).searchParams.get('token')!;
    const links = desk.http.app.get(SignedLinks, { strict: false });
    expect(portalVisit(links.verify('portal', token)!)).toEqual({
      address: 'elo@cliente.example',
      privateQueues: [],
    });
  });

  it('D7: beyond five an hour one summary names the further protocols, at most hourly', async () => {
    const address = 'muitos@cliente.example';
    const opened: string[] = [];
    for (let at = 0; at < 8; at += 1) {
      opened.push((await desk.open({ mail: desk.mail({ address }) })).ticketId);
    }
    const kinds = async (): Promise<Record<string, unknown>[]> =>
      desk.http.database.query(
        `select kind, count(*)::int as count from outbox where primary_recipient = $1 group by kind order by kind`,
        [address],
      );
    expect(await kinds()).toEqual([{ kind: 'acknowledgement', count: 5 }]);
    const summaries = desk.http.app.get(AcknowledgementSummaries, { strict: false });
    expect(await summaries.round()).toBe(0);
    desk.http.clock.advanceMs(6 * 60_000);
    expect(await summaries.round()).toBe(1);
    const [summary] = await desk.http.database.query<{ text: string }>(
      `select body_text as text from outbox where kind = 'acknowledgement_summary' and primary_recipient = $1`,
      [address],
    );
    for (const protocol of opened.slice(5)) expect(summary!.text).toContain(protocol);
    opened.push((await desk.open({ mail: desk.mail({ address }) })).ticketId);
    desk.http.clock.advanceMs(10 * 60_000);
    expect(await summaries.round()).toBe(0);
    desk.http.clock.advanceMs(50 * 60_000);
    expect(await summaries.round()).toBe(1);
  });

  it('D25: one message in two queues: twins, one acknowledgement that names both', async () => {
    const finance = {
      key: 'financeiro',
      decidedBy: 'mailbox',
      confidence: 1,
      evidence: {},
    } as const;
    const opened = await desk.open({
      twins: [{ queueKey: 'financeiro', mailboxKey: 'financeiro', reason: finance }],
    });
    const [twin] = opened.twinTicketIds;
    const [mail, ...more] = await desk.outbox(opened.ticketId);
    expect(more).toEqual([]);
    expect(await desk.outbox(twin!)).toEqual([]);
    expect(mail!.text).toContain(opened.ticketId);
    expect(mail!.text).toContain(twin!);
    // D20: Ana of support learns that there is a twin, and nothing about it.
    const [link] = (await desk.ticket(opened.ticketId))['twins'];
    expect(link).toEqual({ relation: 'twin', restricted: true, label: 'chamado em fila restrita' });
    const [seen] = (await desk.ticket(opened.ticketId, desk.fabio))['twins'];
    expect(seen).toMatchObject({ protocol: twin, restricted: false });
  });

  it('D25: where the first twin’s mailbox only observes, the acknowledgement leaves by the live one', async () => {
    const observing = DESK_YAML.replace(
      '  suporte:\n    address',
      '  suporte:\n    mode: observe\n    address',
    );
    expect(observing).not.toBe(DESK_YAML);
    const half = await HelpDesk.open(observing);
    try {
      const reason = { key: null, decidedBy: 'none', confidence: 0, evidence: {} } as const;
      const opened = await half.open({
        twins: [{ queueKey: 'financeiro', mailboxKey: 'financeiro', reason }],
      });
      expect(opened.acknowledged).toBe(true);
      const mails = await half.outbox(opened.ticketId);
      expect(mails).toMatchObject([{ kind: 'acknowledgement', mailboxKey: 'financeiro' }]);
      expect(mails[0]!.text).toContain(opened.twinTicketIds[0]);
      const alone = await half.open();
      expect(alone.acknowledged).toBe(false);
      expect(await half.outbox(alone.ticketId)).toEqual([]);
    } finally {
      await half.close();
    }
  });

  it('D25: a later Bcc copy in another queue joins the twins without a second acknowledgement', async () => {
    const first = await desk.open();
    const later = await desk.openFinance({ twinOf: first.ticketId });
    expect(later.acknowledged).toBe(false);
    const [link] = (await desk.ticket(later.ticketId, desk.fabio))['twins'];
    expect(link).toMatchObject({ protocol: first.ticketId });
  });

  it('D9: a follow-up says so and is linked both ways', async () => {
    const first = await desk.open();
    const next = await desk.open({ followUpOf: first.ticketId });
    const [mail] = await desk.outbox(next.ticketId);
    expect(mail).toMatchObject({ kind: 'follow_up' });
    expect(mail!.text).toContain(first.ticketId);
    expect((await desk.ticket(next.ticketId))['links']).toMatchObject([
      { relation: 'follow_up_of', protocol: first.ticketId },
    ]);
    expect((await desk.ticket(first.ticketId))['links']).toMatchObject([
      { relation: 'follow_up', protocol: next.ticketId },
    ]);
  });

  it('D9 D15: a follow-up that comes late names the ticket before it too', async () => {
    const first = await desk.open();
    const receivedAt = new Date(desk.now.getTime() - 30 * 3_600_000);
    const next = await desk.open({ mail: desk.mail({ receivedAt }), followUpOf: first.ticketId });
    const [mail] = await desk.outbox(next.ticketId);
    expect(mail!.text).toContain('só foi registrada agora');
    expect(mail!.text).toContain(`O chamado ${first.ticketId} já estava resolvido.`);
    expect(mail!.text).toContain('Motivo de contato: a classificar');
  });

  it('D9: further answers go to the open follow-up, however long the row of them is', async () => {
    const first = await desk.open();
    const second = await desk.open({ followUpOf: first.ticketId });
    const close = { status: 'resolved', closeReason: 'no_answer_needed' };
    const openFollowUp = async (): Promise<string | null> => {
      const joining = await desk.http.database.inTransaction((tx) =>
        desk.tickets.forJoining(tx, first.ticketId),
      );
      return joining!.openFollowUp;
    };
    expect(await openFollowUp()).toBe(second.ticketId);
    await desk.call(desk.ana, 'patch', `/tickets/${second.ticketId}`, close);
    expect(await openFollowUp()).toBeNull();
    const third = await desk.open({ followUpOf: second.ticketId });
    expect(await openFollowUp()).toBe(third.ticketId);
  });

  it('D5: an exact clue to another channel is answered at once and closed as out_of_scope', async () => {
    const reason = {
      key: 'comercial',
      decidedBy: 'clues',
      confidence: 0.9,
      evidence: { clues: [{ clue: 'quero contratar', kind: 'phrase', where: 'subject' }] },
    } as const;
    const opened = await desk.open({ reason });
    expect(await desk.ticket(opened.ticketId)).toMatchObject({
      status: 'resolved',
      closeReason: 'out_of_scope',
      deadline: { dueAt: null },
    });
    const [mail] = await desk.outbox(opened.ticketId);
    expect(mail).toMatchObject({ kind: 'wrong_channel' });
    expect(mail!.text).toContain('0800');
    const guessed = await desk.open({
      reason: { ...reason, evidence: { clues: [{ kind: 'word' }] } },
    });
    expect(await desk.ticket(guessed.ticketId)).toMatchObject({
      status: 'open',
      reason: { redirects: true },
    });
  });

  it('D22: a replay fills the stub, whose protocol and clock stay', async () => {
    const receivedAt = new Date('2026-11-04T15:00:00.000Z');
    const intakeId = await intakeRow();
    const stub = await desk.open({
      mail: desk.mail({
        intakeId,
        from: { address: null, name: '' },
        subject: '(ilegível)',
        receivedAt,
      }),
      lane: 'quarantined',
      marks: ['quarentena'],
      acknowledge: { no: 'quarantined' },
    });
    const before = await desk.ticket(stub.ticketId);
    expect(before['deadline'].state).toBe('running');
    const { messageId } = await desk.http.database.inTransaction((tx) =>
      desk.tickets.fillStub(tx, {
        ticketId: stub.ticketId,
        message: desk.mail({ intakeId, address: 'lida@cliente.example', receivedAt }),
      }),
    );
    expect(messageId).toBe(stub.messageId);
    expect(await desk.ticket(stub.ticketId)).toMatchObject({
      lane: 'inbox',
      marks: [],
      subject: 'Página fora do ar',
      requester: { address: 'lida@cliente.example' },
      deadline: before['deadline'],
    });
  });

  async function intakeRow(): Promise<string> {
    const [row] = await desk.http.database.inTransaction((tx) =>
      tx.query<{ id: string }>(
        `insert into intake (mailbox_key, queue_key, folder, uidvalidity, uid, size_bytes, received_at, fetched_at, state)
         values ('suporte', 'suporte', 'INBOX', 1, 1, 10, now(), now(), 'stored') returning id`,
      ),
    );
    return row!.id;
  }
});
