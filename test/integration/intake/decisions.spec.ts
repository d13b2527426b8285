import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eml, IntakeDesk } from './intake-desk.js';

describe('intake: from the recorded bytes to the ticket', () => {
  let desk: IntakeDesk;
  beforeAll(async () => {
    desk = await IntakeDesk.open();
  }, 60_000);
  afterAll(() => desk?.close());

  it('D1 D7 D13: an ordinary message opens a ticket with a clock and one acknowledgement', async () => {
    const row = await desk.receive('suporte', eml({ subject: 'Página fora do ar' }));
    expect(row).toMatchObject({
      state: 'done',
      disposition: 'ticket_opened',
      subject: 'Página fora do ar',
      serverAction: 'none',
    });
    const [ticket] = await desk.query(
      'select subject, queue_key, lane, due_at is not null as due, channel from tickets where id = $1',
      [row.ticketId],
    );
    expect(ticket).toEqual({
      subject: 'Página fora do ar',
      queue_key: 'suporte',
      lane: 'inbox',
      due: true,
      channel: 'email',
    });
    const mails = await desk.query(
      'select kind, primary_recipient from outbox where ticket_id = $1',
      [row.ticketId],
    );
    expect(mails).toEqual([{ kind: 'acknowledgement', primary_recipient: 'ana@cliente.test' }]);
    expect(row.decisions.at(-1)).toMatchObject({
      filter: 'new-ticket',
      verdict: 'decided',
      evidence: { queue: 'suporte' },
    });
  });

  it('D4 D20: finance has its fixed reason and its private queue, whatever the words', async () => {
    const row = await desk.receive(
      'financeiro',
      eml({ to: 'financeiro@hd.test', subject: 'meu domínio caiu' }),
    );
    const [ticket] = await desk.query(
      'select queue_key, reason_key, reason_decided_by from tickets where id = $1',
      [row.ticketId],
    );
    expect(ticket).toEqual({
      queue_key: 'financeiro',
      reason_key: 'financeiro',
      reason_decided_by: 'mailbox',
    });
  });

  it('D4: a sub-address decides the reason', async () => {
    const row = await desk.receive('suporte', eml({ to: 'suporte+m.dominios@hd.test' }));
    const [ticket] = await desk.query(
      'select reason_key, reason_decided_by from tickets where id = $1',
      [row.ticketId],
    );
    expect(ticket).toEqual({ reason_key: 'dominios', reason_decided_by: 'sub_address' });
  });

  it('D26: a participant’s answer to our acknowledgement joins; nothing is acknowledged again', async () => {
    const first = await desk.receive('suporte', eml({ from: 'rita@cliente.test' }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const answer = await desk.receive(
      'suporte',
      eml({
        from: 'rita@cliente.test',
        subject: 'Re: outra coisa',
        inReplyTo,
        body: 'Mais um detalhe.',
      }),
    );
    expect(answer).toMatchObject({ disposition: 'ticket_reply', ticketId: first.ticketId });
    const messages = await desk.query(
      'select kind from messages where ticket_id = $1 order by id',
      [first.ticketId],
    );
    expect(messages.filter(({ kind }) => kind === 'inbound')).toHaveLength(2);
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [first.ticketId]),
    ).toHaveLength(1);
  });

  it('D26: with proof but another sender the message waits as third party', async () => {
    const first = await desk.receive('suporte', eml({ from: 'rui@cliente.test' }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const other = await desk.receive('suporte', eml({ from: 'intruso@outro.test', inReplyTo }));
    expect(other).toMatchObject({ disposition: 'third_party_pending', ticketId: first.ticketId });
  });

  it('D26: a stranger with only a subject number opens a ticket of his own, marked', async () => {
    const first = await desk.receive('suporte', eml({ from: 'lia@cliente.test' }));
    const other = await desk.receive(
      'suporte',
      eml({ from: 'vizinho@outro.test', subject: `Re: [Chamado ${first.ticketId}] oi` }),
    );
    expect(other.disposition).toBe('ticket_opened');
    expect(other.ticketId).not.toBe(first.ticketId);
    const [ticket] = await desk.query('select marks from tickets where id = $1', [other.ticketId]);
    expect(ticket!['marks']).toContain(`pode_ser_sobre:${first.ticketId}`);
  });

  it('D26: the requester with only a subject number joins', async () => {
    const first = await desk.receive('suporte', eml({ from: 'nina@cliente.test' }));
    const other = await desk.receive(
      'suporte',
      eml({ from: 'nina@cliente.test', subject: `RES: [Chamado ${first.ticketId}] oi` }),
    );
    expect(other).toMatchObject({ disposition: 'ticket_reply', ticketId: first.ticketId });
  });

  it('D21 D13: a vacation notice to our acknowledgement stays on the ticket and changes nothing', async () => {
    const first = await desk.receive('suporte', eml({ from: 'ivo@cliente.test' }));
    const before = await desk.query(
      'select status, last_activity_at, due_at from tickets where id = $1',
      [first.ticketId],
    );
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const row = await desk.receive(
      'suporte',
      eml({
        from: 'ivo@cliente.test',
        subject: 'Resposta automática: oi',
        inReplyTo,
        headers: { 'Auto-Submitted': 'auto-replied' },
      }),
    );
    expect(row).toMatchObject({ disposition: 'auto_reply', ticketId: first.ticketId });
    expect(
      await desk.query('select status, last_activity_at, due_at from tickets where id = $1', [
        first.ticketId,
      ]),
    ).toEqual(before);
  });

  it('D21 D17: automatic mail that answers nothing opens a ticket without acknowledgement and clock', async () => {
    const row = await desk.receive(
      'financeiro',
      eml({
        from: 'nao-responda@banco.test',
        to: 'financeiro@hd.test',
        subject: 'Boleto disponível',
      }),
    );
    expect(row.disposition).toBe('ticket_opened');
    const [ticket] = await desk.query('select lane, due_at from tickets where id = $1', [
      row.ticketId,
    ]);
    expect(ticket).toEqual({ lane: 'automatic', due_at: null });
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [row.ticketId]),
    ).toHaveLength(0);
  });

  it('D21: a bounce of our acknowledgement is shown on the ticket and marks the outgoing mail', async () => {
    const first = await desk.receive('suporte', eml({ from: 'caixa@cheia.test' }));
    const ours = await desk.ourMessageId(first.ticketId!);
    await desk.query(
      `update outbox set state = 'sent', sent_at = now() where ticket_id = $1 returning id`,
      [first.ticketId],
    );
    const row = await desk.receive(
      'suporte',
      `Return-Path: <>
From: MAILER-DAEMON@mx.test
To: suporte@hd.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn1@mx.test>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; caixa@cheia.test
Action: failed
Status: 5.1.1
--B
Content-Type: text/rfc822-headers

Message-ID: <${ours}>
Subject: oi
--B--
`,
    );
    expect(row).toMatchObject({ disposition: 'bounce', ticketId: first.ticketId });
    const [mail] = await desk.query('select state from outbox where ticket_id = $1', [
      first.ticketId,
    ]);
    expect(mail).toEqual({ state: 'returned' });
  });

  it('D19 D21: a delivery report about somebody else, or from a person, fails no mail of ours', async () => {
    const first = await desk.receive('suporte', eml({ from: 'viva@cliente.test' }));
    const ours = await desk.ourMessageId(first.ticketId!);
    const report = (
      from: string,
      returnPath: string,
      about: string,
    ): string => `${returnPath}From: ${from}
To: suporte@hd.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <${about}-${from}>
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Sorry.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; ${about}
Action: failed
Status: 5.1.1
--B
Content-Type: text/rfc822-headers

Message-ID: <${ours}>
--B--
`;
    const elsewhere = await desk.receive(
      'suporte',
      report('MAILER-DAEMON@mx.test', 'Return-Path: <>\n', 'outra@cheia.test'),
    );
    expect(elsewhere).toMatchObject({ disposition: 'bounce', ticketId: first.ticketId });
    const forged = await desk.receive(
      'suporte',
      report('mallory@outro.test', '', 'viva@cliente.test'),
    );
    expect(forged).toMatchObject({ disposition: 'bounce', ticketId: first.ticketId });
    const [mail] = await desk.query('select state from outbox where ticket_id = $1', [
      first.ticketId,
    ]);
    expect(mail!['state']).not.toBe('returned');
  });

  it('D19: a mail that the requester’s system passed on and lost is returned, with the reason in words', async () => {
    const first = await desk.receive('suporte', eml({ from: 'passa@cliente.test' }));
    const ours = await desk.ourMessageId(first.ticketId!);
    const row = await desk.receive(
      'suporte',
      `Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@cliente.test>
To: suporte@hd.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <passed-on@cliente.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Sorry.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; outra.caixa@casa.test
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
--B
Content-Type: text/rfc822-headers

Message-ID: <${ours}>
To: passa@cliente.test
--B--
`,
    );
    expect(row).toMatchObject({ disposition: 'bounce', ticketId: first.ticketId });
    const [mail] = await desk.query('select state, state_reason from outbox where ticket_id = $1', [
      first.ticketId,
    ]);
    expect(mail).toEqual({
      state: 'returned',
      state_reason:
        'A caixa postal do destinatário está cheia. Resposta do servidor: 552 5.2.2 Mailbox full',
    });
  });

  it('D21: our own mail that comes back is recorded only', async () => {
    const first = await desk.receive('suporte', eml({ from: 'eco@cliente.test' }));
    const ours = await desk.ourMessageId(first.ticketId!);
    const row = await desk.receive(
      'suporte',
      eml({
        from: 'suporte@hd.test',
        messageId: ours,
        headers: { 'Auto-Submitted': 'auto-replied' },
      }),
    );
    expect(row).toMatchObject({ disposition: 'own', ticketId: null });
  });

  it('D23: what lies in Junk opens in the suspected lane, unanswered, with a clock', async () => {
    const row = await desk.receive('suporte', eml({ from: 'promo@loja.test' }), { role: 'junk' });
    expect(row.disposition).toBe('spam_suspected');
    const [ticket] = await desk.query(
      'select lane, due_at is not null as due from tickets where id = $1',
      [row.ticketId],
    );
    expect(ticket).toEqual({ lane: 'suspected', due: true });
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [row.ticketId]),
    ).toHaveLength(0);
  });

  it('D23 D26: a participant whose DMARC fails does not join', async () => {
    const first = await desk.receive('suporte', eml({ from: 'alvo@cliente.test' }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const forged = await desk.receive(
      'suporte',
      eml({
        from: 'alvo@cliente.test',
        inReplyTo,
        headers: { 'Authentication-Results': 'mx.hd.test; dmarc=fail' },
      }),
    );
    expect(forged.disposition).toBe('third_party_pending');
  });

  it('D9: on a resolved ticket thanks are a courtesy, anything else a linked follow-up, then answers go there', async () => {
    const first = await desk.receive('suporte', eml({ from: 'zoe@cliente.test' }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    await desk.query(
      `update tickets set status = 'resolved', resolved_at = now() where id = $1 returning id`,
      [first.ticketId],
    );
    const thanks = await desk.receive(
      'suporte',
      eml({ from: 'zoe@cliente.test', inReplyTo, body: 'Muito obrigada!' }),
    );
    expect(thanks).toMatchObject({ disposition: 'courtesy', ticketId: first.ticketId });
    const again = await desk.receive(
      'suporte',
      eml({ from: 'zoe@cliente.test', inReplyTo, body: 'O problema voltou hoje.' }),
    );
    expect(again.disposition).toBe('follow_up');
    const [followUp] = await desk.query('select follow_up_of, status from tickets where id = $1', [
      again.ticketId,
    ]);
    expect(followUp).toEqual({ follow_up_of: first.ticketId, status: 'open' });
    const third = await desk.receive(
      'suporte',
      eml({ from: 'zoe@cliente.test', inReplyTo, body: 'E agora parou também o relatório.' }),
    );
    expect(third).toMatchObject({ disposition: 'ticket_reply', ticketId: again.ticketId });
  });

  it('D25: one message to two desks opens twins at the first copy, with one acknowledgement; the second joins', async () => {
    const both = eml({ from: 'tais@cliente.test', to: 'suporte@hd.test, financeiro@hd.test' });
    const first = await desk.receive('suporte', both);
    expect(first.disposition).toBe('ticket_opened');
    const second = await desk.receive('financeiro', `Delivered-To: financeiro@hd.test\r\n${both}`);
    expect(second.disposition).toBe('twin');
    const tickets = await desk.query(
      'select queue_key from tickets where id in ($1, $2) order by queue_key',
      [first.ticketId, second.ticketId],
    );
    expect(tickets).toEqual([{ queue_key: 'financeiro' }, { queue_key: 'suporte' }]);
    expect(
      await desk.query('select 1 from outbox where primary_recipient = $1', ['tais@cliente.test']),
    ).toHaveLength(1);
    expect(
      await desk.query('select 1 from tickets where requester_address = $1', ['tais@cliente.test']),
    ).toHaveLength(2);
  });

  it('D25: a Bcc copy in another queue opens its twin then, without a second acknowledgement', async () => {
    const hidden = eml({ from: 'bcc@cliente.test' });
    const first = await desk.receive('suporte', hidden);
    const second = await desk.receive('financeiro', hidden);
    expect(second.disposition).toBe('twin');
    const tickets = await desk.query(
      'select queue_key, twin_group from tickets where id in ($1, $2) order by queue_key',
      [first.ticketId, second.ticketId],
    );
    expect(tickets.map((ticket) => ticket['queue_key'])).toEqual(['financeiro', 'suporte']);
    expect(tickets[0]!['twin_group']).toBe(tickets[1]!['twin_group']);
    expect(
      await desk.query('select 1 from outbox where primary_recipient = $1', ['bcc@cliente.test']),
    ).toHaveLength(1);
  });

  it('D17 D25 D26: a Bcc copy’s twin has its requester and its clock', async () => {
    const hidden = eml({ from: 'oculta@cliente.test' });
    await desk.receive('suporte', hidden);
    const second = await desk.receive('financeiro', hidden);
    const [twin] = await desk.query(
      'select requester_address, lane, due_at is not null as due from tickets where id = $1',
      [second.ticketId],
    );
    expect(twin).toEqual({ requester_address: 'oculta@cliente.test', lane: 'inbox', due: true });
  });

  it('D21 D25: list mail to two desks is automatic in both, without a clock', async () => {
    const list = eml({
      from: 'noticias@fornecedor.test',
      to: 'suporte@hd.test, financeiro@hd.test',
      headers: { 'List-Id': '<noticias.fornecedor.test>' },
    });
    const rows = [await desk.receive('suporte', list), await desk.receive('financeiro', list)];
    expect(rows.map(({ disposition }) => disposition)).toEqual(['ticket_opened', 'twin']);
    const tickets = await desk.query('select lane, due_at from tickets where id = any($1)', [
      rows.map(({ ticketId }) => ticketId),
    ]);
    expect(tickets).toEqual([
      { lane: 'automatic', due_at: null },
      { lane: 'automatic', due_at: null },
    ]);
  });

  it('D23 D25: Junk of one desk first, the inbox of another then: the second is an ordinary ticket', async () => {
    const both = eml({ from: 'lixo@cliente.test', to: 'suporte@hd.test, financeiro@hd.test' });
    const junk = await desk.receive('financeiro', both, { role: 'junk' });
    const inbox = await desk.receive('suporte', both);
    const [suspect, ordinary] = await desk.query(
      `select lane, requester_address, due_at is not null as due,
              (select count(*)::int from outbox o where o.ticket_id = t.id) as mails
         from tickets t where id in ($1, $2) order by id`,
      [junk.ticketId, inbox.ticketId],
    );
    const common = { requester_address: 'lixo@cliente.test', due: true };
    expect(suspect).toEqual({ ...common, lane: 'suspected', mails: 0 });
    expect(ordinary).toEqual({ ...common, lane: 'inbox', mails: 1 });
  });

  it.each([
    ['suporte', 'financeiro'],
    ['financeiro', 'suporte'],
  ])('D25: an answer to both desks reaches both twins, %s first', async (one, other) => {
    const from = `todos-${one}@cliente.test`;
    const to = 'suporte@hd.test, financeiro@hd.test';
    const first = await desk.receive('suporte', eml({ from, to }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const answer = eml({ from, to: 'suporte@hd.test', cc: 'financeiro@hd.test', inReplyTo });
    const rows = [await desk.receive(one, answer), await desk.receive(other, answer)];
    expect(rows.map(({ disposition }) => disposition)).toEqual(['ticket_reply', 'ticket_reply']);
    const counts = await desk.query(
      `select t.queue_key, (select count(*)::int from messages m where m.ticket_id = t.id and m.kind = 'inbound') as n
         from tickets t where requester_address = $1 order by queue_key`,
      [from],
    );
    expect(counts).toEqual([
      { queue_key: 'financeiro', n: 2 },
      { queue_key: 'suporte', n: 2 },
    ]);
    expect((await desk.receive(other, answer)).disposition).toBe('duplicate');
  });

  it('D25: an answer that names a desk without a twin opens one there', async () => {
    const from = 'agora-financeiro@cliente.test';
    const first = await desk.receive('suporte', eml({ from }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    const answer = eml({ from, cc: 'financeiro@hd.test', inReplyTo, body: 'E a cobrança?' });
    const joined = await desk.receive('suporte', answer);
    expect(joined).toMatchObject({ disposition: 'ticket_reply', ticketId: first.ticketId });
    const opened = await desk.receive('financeiro', answer);
    expect(opened.disposition).toBe('twin');
    const [twin] = await desk.query(
      'select queue_key, requester_address, due_at is not null as due from tickets where id = $1',
      [opened.ticketId],
    );
    expect(twin).toEqual({ queue_key: 'financeiro', requester_address: from, due: true });
    expect(
      await desk.query('select 1 from outbox where primary_recipient = $1', [from]),
    ).toHaveLength(1);
  });

  it('D17 D26: a stranger’s answer to a resolved ticket opens a ticket of its own, marked, with a clock', async () => {
    const first = await desk.receive('suporte', eml({ from: 'fim@cliente.test' }));
    const inReplyTo = await desk.ourMessageId(first.ticketId!);
    await desk.query(
      `update tickets set status = 'resolved', resolved_at = now() where id = $1 returning id`,
      [first.ticketId],
    );
    const other = await desk.receive('suporte', eml({ from: 'colega@outro.test', inReplyTo }));
    expect(other.disposition).toBe('ticket_opened');
    const [ticket] = await desk.query(
      'select marks, due_at is not null as due from tickets where id = $1',
      [other.ticketId],
    );
    expect(ticket).toEqual({ marks: [`pode_ser_sobre:${first.ticketId}`], due: true });
  });

  it('D25: the same message twice in one mailbox is a duplicate, also within one batch', async () => {
    const twice = eml({ from: 'duda@cliente.test' });
    const ids = [
      await desk.record('suporte', twice),
      await desk.record('suporte', `Received: from x by y\r\n${twice}`),
    ];
    await desk.process('suporte');
    const rows = await Promise.all(ids.map((id) => desk.row(id)));
    expect(rows.map(({ disposition }) => disposition)).toEqual(['ticket_opened', 'duplicate']);
    expect(rows[1]!.ticketId).toBe(rows[0]!.ticketId);
    expect(
      await desk.query('select 1 from tickets where requester_address = $1', ['duda@cliente.test']),
    ).toHaveLength(1);
  });

  it('D25: the same Message-ID with another content is a message of its own, marked', async () => {
    await desk.receive(
      'suporte',
      eml({ from: 'mid@cliente.test', messageId: 'igual@cliente.test' }),
    );
    const other = await desk.receive(
      'suporte',
      eml({ from: 'mid@cliente.test', messageId: 'igual@cliente.test', body: 'Outro texto.' }),
    );
    expect(other.disposition).toBe('ticket_opened');
    const [ticket] = await desk.query('select marks from tickets where id = $1', [other.ticketId]);
    expect(ticket!['marks']).toContain('message_id_repetido');
  });

  it('D27: without a usable sender the ticket is flagged, with a deadline and no automatic mail', async () => {
    const row = await desk.receive('suporte', 'Subject: sem remetente\n\ntexto');
    const [ticket] = await desk.query(
      'select marks, due_at is not null as due, requester_id from tickets where id = $1',
      [row.ticketId],
    );
    expect(ticket).toEqual({ marks: ['sem_remetente'], due: true, requester_id: null });
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [row.ticketId]),
    ).toHaveLength(0);
  });

  it('D26: a Reply-To in another domain is a warning and no automatic mail', async () => {
    const row = await desk.receive(
      'suporte',
      eml({ from: 'gil@cliente.test', headers: { 'Reply-To': 'gil@fora.test' } }),
    );
    const [ticket] = await desk.query('select marks from tickets where id = $1', [row.ticketId]);
    expect(ticket!['marks']).toEqual(['reply_to_diferente']);
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [row.ticketId]),
    ).toHaveLength(0);
  });
});
