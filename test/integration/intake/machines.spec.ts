import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DESK_YAML, eml, IntakeDesk } from './intake-desk.js';

const YAML = DESK_YAML.replace(
  'fixedReason: financeiro',
  'fixedReason: financeiro\n    automaticMail: bulk_list',
);

describe('intake of what machines write', () => {
  let desk: IntakeDesk;
  beforeAll(async () => {
    desk = await IntakeDesk.open(YAML);
  });
  afterAll(() => desk.close());

  async function ticket(id: string): Promise<Record<string, unknown>> {
    const [row] = await desk.query(
      'select status, lane, marks, subject, due_at from tickets where id = $1',
      [id],
    );
    return row!;
  }
  async function ours(from: string): Promise<{ ticketId: string; messageId: string }> {
    const row = await desk.receive('suporte', eml({ from }));
    return { ticketId: row.ticketId!, messageId: await desk.ourMessageId(row.ticketId!) };
  }
  const mailsTo = async (address: string): Promise<string[]> =>
    (
      await desk.query<{ state: string }>(
        'select state from outbox where primary_recipient = $1 order by id',
        [address],
      )
    ).map(({ state }) => state);

  it('D13 D21: an automatic answer known by its words is recorded and changes nothing', async () => {
    const { ticketId, messageId } = await ours('ferias@cliente.test');
    const row = await desk.receive(
      'suporte',
      eml({
        from: 'ferias@cliente.test',
        subject: 'Resposta automática: Preciso de ajuda',
        inReplyTo: messageId,
        body: 'Estou de férias até 10/12. Em caso de urgência, procure a Bia.',
      }),
    );
    expect(row).toMatchObject({ disposition: 'auto_reply', ticketId });
    expect(await mailsTo('ferias@cliente.test')).toHaveLength(1);
  });

  it('D21: a challenge is shown with what it asks for, and never answered', async () => {
    const { ticketId, messageId } = await ours('filtro@provedor.test');
    const row = await desk.receive(
      'suporte',
      eml({
        from: 'antispam@provedor.test',
        subject: 'Confirmação de remetente',
        inReplyTo: messageId,
        body: 'Sua mensagem está retida. Para que ela seja entregue, clique no link abaixo e digite os caracteres.\nhttps://x.test/c',
      }),
    );
    expect(row).toMatchObject({ disposition: 'auto_reply', ticketId });
    expect(await ticket(ticketId)).toMatchObject({
      marks: expect.arrayContaining(['confirmacao_pedida']) as unknown,
    });
  });

  const complaint = (about: string): string => `From: fbl@provedor.test
To: suporte@hd.test
Subject: FW: retorno
Message-ID: <fbl-${about}@provedor.test>
Content-Type: multipart/report; report-type=feedback-report; boundary=B

--B

This is an email abuse report.
--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: FBL/1.0
Version: 1
--B
Content-Type: message/rfc822

Message-ID: <${about}>
Subject: retorno

oi
--B--
`;
  it('D21: a complaint about a mail of ours is shown on its ticket (RFC 5965)', async () => {
    const { ticketId, messageId } = await ours('queixa@cliente.test');
    expect(await desk.receive('suporte', complaint(messageId))).toMatchObject({
      disposition: 'complaint',
      ticketId,
    });
    expect(await ticket(ticketId)).toMatchObject({
      status: 'open',
      marks: expect.arrayContaining(['reclamacao_de_spam']) as unknown,
    });
  });
  it('D21 D22: one about a stranger’s mail is recorded and opens nothing', async () => {
    expect(await desk.receive('suporte', complaint('x@alheio.test'))).toMatchObject({
      disposition: 'complaint',
      ticketId: null,
    });
  });

  it.each([
    ['of ours', 'semid@cliente.test', 'returned'],
    ['of somebody else', 'outro@alheio.test', 'sent'],
  ])(
    'D19 D21: a bounce without any Message-ID is bound by protocol and recipient: %s',
    async (_name, about, state) => {
      const { ticketId } = await ours('semid@cliente.test');
      await desk.query(`update outbox set state = 'sent', sent_at = $2 where ticket_id = $1`, [
        ticketId,
        desk.app.clock.now(),
      ]);
      const row = await desk.receive(
        'suporte',
        `Return-Path: <>
From: System Administrator <postmaster@cliente.test>
To: suporte@hd.test
Subject: Undeliverable: [Chamado ${ticketId}] Recebemos
Message-ID: <exchange-${about}>

Your message

  To: ${about}
  Subject: [Chamado ${ticketId}] Recebemos

did not reach the following recipient(s):

${about} on Thu, 5 Nov 2026 10:00:00 -0300
    The recipient name is not recognized
`,
      );
      expect(row).toMatchObject({
        disposition: 'bounce',
        ticketId: state === 'returned' ? ticketId : null,
      });
      const mails = await desk.query('select state from outbox where ticket_id = $1', [ticketId]);
      expect(mails).toEqual([{ state }]);
    },
  );

  it('D19: a delay is shown with its meaning and fails nothing', async () => {
    const { ticketId, messageId } = await ours('atraso@cliente.test');
    const row = await desk.receive(
      'suporte',
      `Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: suporte@hd.test
Subject: Delayed Mail (still being retried)
Message-ID: <delay-1@mx.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Your message could not be delivered yet.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; atraso@cliente.test
Action: delayed
Status: 4.7.1
Diagnostic-Code: smtp; 450 4.7.1 Greylisted
--B
Content-Type: text/rfc822-headers

Message-ID: <${messageId}>
--B--
`,
    );
    expect(row).toMatchObject({ disposition: 'bounce', ticketId });
    const [event] = await desk.query<{ details: Record<string, unknown> }>(
      `select details from messages where ticket_id = $1 and kind = 'event'`,
      [ticketId],
    );
    expect(event!.details).toMatchObject({
      what: 'bounce',
      meaning:
        'Ainda não entregue; o servidor continua tentando. O servidor do destinatário adiou a entrega (greylisting). Resposta do servidor: 450 4.7.1 Greylisted',
    });
    expect((await mailsTo('atraso@cliente.test'))[0]).not.toBe('returned');
  });

  it('D21: automatic mail that answers nothing stands on one list a day, where the mailbox wants it so', async () => {
    const note = (n: number): string =>
      eml({
        from: `nfe${n}@prefeitura.test`,
        to: 'financeiro@hd.test',
        subject: `NF-e ${n} emitida`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    const first = await desk.receive('financeiro', note(1));
    const second = await desk.receive('financeiro', note(2));
    expect(first).toMatchObject({ disposition: 'bulk_list' });
    expect(second).toMatchObject({ disposition: 'bulk_list', ticketId: first.ticketId });
    expect(await ticket(first.ticketId!)).toMatchObject({
      status: 'open',
      lane: 'automatic',
      due_at: null,
      marks: expect.arrayContaining(['lista_automatica']) as unknown,
      subject: expect.stringMatching(/^Mensagens automáticas de \d\d\/\d\d\/\d{4}$/) as unknown,
    });
    const listed = await desk.query<{ subject: string }>(
      `select subject from messages where ticket_id = $1 and details ->> 'what' = 'listed' order by id`,
      [first.ticketId],
    );
    expect(listed.map(({ subject }) => subject)).toEqual(['NF-e 1 emitida', 'NF-e 2 emitida']);
    expect(await mailsTo('nfe1@prefeitura.test')).toEqual([]);
    await desk.query(`update tickets set status = 'resolved' where id = $1`, [first.ticketId]);
    const third = await desk.receive('financeiro', note(3));
    expect(third.ticketId).not.toBe(first.ticketId);
  });

  it('D21: an echo without any header is answered once, and people are told', async () => {
    const from = 'eco@robo.test';
    const first = await desk.receive('suporte', eml({ from, subject: 'Contato' }));
    for (let round = 1; round <= 4; round += 1) {
      const [sent] = await desk.query<{ body_text: string }>(
        'select body_text from outbox where primary_recipient = $1 order by id desc limit 1',
        [from],
      );
      const row = await desk.receive(
        'suporte',
        eml({ from, subject: 'Contato', body: sent!.body_text }),
      );
      expect(row.disposition).toBe('ticket_opened');
      expect(await ticket(row.ticketId!)).toMatchObject({
        marks: expect.arrayContaining(['possivel_laco']) as unknown,
      });
    }
    expect(first.disposition).toBe('ticket_opened');
    expect(await mailsTo(from)).toHaveLength(1);
    const alarms = await desk.query(
      `select severity from alarms where key = 'automation.loop.suporte' and cleared_at is null`,
    );
    expect(alarms).toHaveLength(1);
  });

  it('D7 D21: the same words over and over are answered no more, and D7 is kept until then', async () => {
    const from = 'insistente@robo.test';
    const body =
      'Obrigado por escrever para a nossa equipe, em breve alguém vai responder a sua solicitação.';
    const rows = [];
    for (let round = 0; round < 13; round += 1)
      rows.push(
        await desk.receive(
          'suporte',
          eml({ from, subject: `Aviso ${round}`, body: `${body} ${round}` }),
        ),
      );
    expect(await mailsTo(from)).toHaveLength(5);
    const marked = await Promise.all(
      rows.map(async ({ ticketId }) => (await ticket(ticketId!))['marks'] as string[]),
    );
    expect(marked.map((marks) => marks.includes('possivel_laco'))).toEqual([
      ...Array.from({ length: 12 }, () => false),
      true,
    ]);
  });
});
