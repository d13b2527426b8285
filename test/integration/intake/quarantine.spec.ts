import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../src/platform/index.js';
import { ReplayMail } from '../../../src/modules/mailbox-intake/commands/replay-mail.js';
import { RetryQuarantined } from '../../../src/modules/mailbox-intake/commands/retry-quarantined.js';
import { IntakeWorkStore } from '../../../src/modules/mailbox-intake/store/intake-work.store.js';
import {
  MessageParser,
  UnparsableMail,
} from '../../../src/modules/mailbox-intake/parser/message-parser.js';
import { Tickets } from '../../../src/modules/tickets/index.js';
import { eml, IntakeDesk } from './intake-desk.js';

const APPLIED = { dryRun: false };

/** Makes the real parser refuse messages that hold a word, as a broken one would. */
function refuse(desk: IntakeDesk, word: string): () => void {
  const parser = desk.get(MessageParser);
  const real = parser.parse.bind(parser);
  parser.parse = (source, stage) =>
    source.kind === 'bytes' && source.raw.includes(word)
      ? Promise.reject(new UnparsableMail('crashed', 'The parser crashed on this message'))
      : real(source, stage);
  return () => (parser.parse = real);
}

describe('quarantine', () => {
  let desk: IntakeDesk;
  beforeAll(async () => {
    desk = await IntakeDesk.open();
  }, 60_000);
  afterAll(() => desk?.close());

  it('D22: an unreadable message opens its stub ticket, with a deadline and unanswered; its neighbours go on', async () => {
    const mend = refuse(desk, 'VENENO');
    const ids = [];
    for (const body of ['antes', 'VENENO', 'depois'])
      ids.push(await desk.record('suporte', eml({ body, subject: `assunto ${body}` })));
    await desk.process('suporte');
    mend();
    const rows = await Promise.all(ids.map((id) => desk.row(id)));
    expect(rows.map(({ disposition }) => disposition)).toEqual([
      'ticket_opened',
      'quarantined',
      'ticket_opened',
    ]);
    expect(rows[1]).toMatchObject({
      state: 'quarantined',
      error: expect.stringContaining('crashed') as unknown as string,
    });
    const [stub] = await desk.query(
      'select lane, marks, subject, due_at is not null as due, requester_address from tickets where id = $1',
      [rows[1]!.ticketId],
    );
    expect(stub).toMatchObject({
      lane: 'quarantined',
      due: true,
      subject: 'assunto VENENO',
      requester_address: 'ana@cliente.test',
    });
    expect(stub!['marks']).toContain('quarentena');
    expect(
      await desk.query('select 1 from outbox where ticket_id = $1', [rows[1]!.ticketId]),
    ).toHaveLength(0);

    // A later replay, with the parser mended, fills that same ticket.
    const result = await desk.get(ReplayMail).run(ids[1]!, APPLIED);
    expect(result).toMatchObject({ kind: 'filled', ticketId: rows[1]!.ticketId });
    const [filled] = await desk.query(
      'select lane, marks, due_at is not null as due from tickets where id = $1',
      [rows[1]!.ticketId],
    );
    expect(filled).toMatchObject({ lane: 'inbox', due: true });
    expect(filled!['marks']).not.toContain('quarentena');
    const messages = await desk.query(
      `select body_text from messages where ticket_id = $1 and kind = 'inbound'`,
      [rows[1]!.ticketId],
    );
    expect(messages).toEqual([
      { body_text: expect.stringContaining('VENENO') as unknown as string },
    ]);
    expect(await desk.row(ids[1]!)).toMatchObject({
      state: 'done',
      disposition: 'ticket_opened',
      error: null,
    });
  });

  it.each([
    ['Precedence', 'bulk', { lane: 'automatic', due: false }],
    ['X-Spam-Flag', 'YES', { lane: 'suspected', due: true }],
    ['X-Any', 'any', { lane: 'inbox', due: true }],
  ])(
    'D17 D22 D23: a replay applies what is decided now about the message (%s)',
    async (name, value, expected) => {
      const mend = refuse(desk, 'TARDE');
      const row = await desk.receive(
        'suporte',
        eml({
          to: 'suporte+m.dominios@hd.test',
          body: 'TARDE',
          from: `${name}@cliente.test`,
          headers: { [name]: value },
        }),
      );
      mend();
      await desk.get(ReplayMail).run(row.id, APPLIED);
      const [filled] = await desk.query(
        'select lane, due_at is not null as due, reason_key, reason_decided_by from tickets where id = $1',
        [row.ticketId],
      );
      const reason = { reason_key: 'dominios', reason_decided_by: 'sub_address' };
      expect(filled).toEqual({ ...expected, ...reason });
    },
  );

  it('D22: a replay that still cannot read it says so and changes nothing', async () => {
    const mend = refuse(desk, 'AINDA');
    const row = await desk.receive('suporte', eml({ body: 'AINDA' }));
    await expect(desk.get(ReplayMail).run(row.id, APPLIED)).rejects.toThrow(AppError);
    mend();
    expect(await desk.row(row.id)).toMatchObject({ state: 'quarantined', ticketId: row.ticketId });
  });

  it('D19 D22: a delivery report that a replay can read at last marks our mail as returned', async () => {
    const first = await desk.receive('suporte', eml({ from: 'volta@cliente.test' }));
    const ours = await desk.ourMessageId(first.ticketId!);
    const mend = refuse(desk, 'ILEGIVEL');
    const held = await desk.receive(
      'suporte',
      `Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: suporte@hd.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

ILEGIVEL: your message could not be delivered.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; volta@cliente.test
Action: failed
Status: 5.1.1
--B
Content-Type: text/rfc822-headers

Message-ID: <${ours}>
--B--
`,
    );
    expect(held.state).toBe('quarantined');
    mend();
    await desk.get(ReplayMail).run(held.id, APPLIED);
    const mails = await desk.query('select state from outbox where ticket_id = $1', [
      first.ticketId,
    ]);
    expect(mails).toEqual([{ state: 'returned' }]);
    const [stub] = await desk.query('select lane, due_at from tickets where id = $1', [
      held.ticketId,
    ]);
    expect(stub).toEqual({ lane: 'automatic', due_at: null });
  });

  it('D22: a dry run compares and changes nothing, of a quarantined message too', async () => {
    const row = await desk.receive('suporte', eml({ from: 'compara@cliente.test' }));
    const mend = refuse(desk, 'SECO');
    const held = await desk.receive('suporte', eml({ from: 'seco@cliente.test', body: 'SECO' }));
    mend();
    const before = await desk.query('select * from messages order by id');
    const replay = desk.get(ReplayMail);
    expect(await replay.run(row.id, { dryRun: true })).toMatchObject({
      kind: 'compared',
      disposition: 'ticket_opened',
      differences: [],
    });
    const dry = await replay.run(held.id, { dryRun: true });
    expect(dry).toMatchObject({ kind: 'compared', disposition: 'ticket_opened' });
    expect(dry.differences[0]).toEqual({
      what: 'disposition',
      recorded: 'quarantined',
      today: 'ticket_opened',
    });
    expect(await desk.query('select * from messages order by id')).toEqual(before);
    expect((await desk.row(held.id)).state).toBe('quarantined');
  });

  it('D22 D15: what a later build reads better is written into the ticket; decisions on it stay people’s', async () => {
    const letter = eml({ from: 'melhor@cliente.test', body: 'Texto inteiro do cliente.' });
    const row = await desk.receive('suporte', letter);
    await desk.query(
      `update messages set body_text = 'Tex', visible_text = 'Tex' where intake_id = $1`,
      [row.id],
    );
    await desk.query(`update intake set disposition = 'follow_up' where id = $1`, [row.id]);
    const [clock] = await desk.query('select due_at from tickets where id = $1', [row.ticketId]);
    const result = await desk.get(ReplayMail).run(row.id, APPLIED);
    expect(result.kind).toBe('applied');
    expect(result.differences.map(({ what }) => what)).toEqual([
      'disposition',
      'text',
      'visible_text',
    ]);
    expect(result.leftToPeople).toEqual(['disposition']);
    expect(
      await desk.query('select body_text from messages where intake_id = $1', [row.id]),
    ).toEqual([{ body_text: expect.stringContaining('Texto inteiro') }]);
    expect(await desk.row(row.id)).toMatchObject({ disposition: 'follow_up' });
    expect(await desk.query('select due_at from tickets where id = $1', [row.ticketId])).toEqual([
      clock,
    ]);
    const again = await desk.get(ReplayMail).run(row.id, APPLIED);
    expect(again.differences.map(({ what }) => what)).toEqual(['disposition']);
  });

  it('D22 D15: what an earlier build took for nothing of ours goes where it belongs, with its own time', async () => {
    const receivedAt = new Date(desk.app.clock.now().getTime() - 2 * 86_400_000);
    // As if it had been judged a stray bounce when it came.
    const other = await desk.record('suporte', eml({ from: 'perdida2@cliente.test' }), {
      receivedAt,
    });
    await desk.query(`update intake set state = 'done', disposition = 'bounce' where id = $1`, [
      other,
    ]);
    const result = await desk.get(ReplayMail).run(other, APPLIED);
    expect(result).toMatchObject({ kind: 'applied', disposition: 'ticket_opened' });
    expect(
      await desk.query('select received_at from tickets where id = $1', [result.ticketId]),
    ).toEqual([{ received_at: receivedAt }]);
    expect(await desk.row(other)).toMatchObject({
      disposition: 'ticket_opened',
      ticketId: result.ticketId,
    });
  });

  it('D22: another build tries what waits in quarantine again, once, by itself', async () => {
    const mend = refuse(desk, 'UPGRADE');
    const row = await desk.receive('suporte', eml({ from: 'up@cliente.test', body: 'UPGRADE' }));
    const retry = desk.get(RetryQuarantined);
    // The very build that could not read it does not try again.
    await retry.run('suporte');
    const [{ build }] = (await desk.query('select build from intake where id = $1', [row.id])) as [
      { build: string },
    ];
    expect(build).toMatch(/^[0-9a-f]{16}$/);
    await retry.run('suporte', undefined, 'build-2');
    mend();
    expect(await retry.run('suporte', undefined, 'build-2')).toBe(0);
    expect(await desk.row(row.id)).toMatchObject({ state: 'quarantined' });
    expect(await retry.run('suporte', undefined, 'build-3')).toBeGreaterThan(0);
    expect(await desk.row(row.id)).toMatchObject({ state: 'done', ticketId: row.ticketId });
  });

  it('D22: a message that acting fails on is quarantined; the rest of its batch is done', async () => {
    const tickets = desk.get(Tickets);
    const real = tickets.open.bind(tickets);
    tickets.open = (tx, input) =>
      input.message.text.includes('QUEBRA')
        ? Promise.reject(new Error('a fault of ours'))
        : real(tx, input);
    const ids = [];
    for (const body of ['um', 'QUEBRA', 'dois'])
      ids.push(
        await desk.record('suporte', eml({ from: `q-${body}@cliente.test`.toLowerCase(), body })),
      );
    await desk.process('suporte');
    tickets.open = real;
    const rows = await Promise.all(ids.map((id) => desk.row(id)));
    expect(rows.map(({ disposition }) => disposition)).toEqual([
      'ticket_opened',
      'quarantined',
      'ticket_opened',
    ]);
    expect(rows[1]!.ticketId).not.toBeNull();
  });

  it('D22: attempts are counted before the work: after the fifth crash it is quarantined unparsed, its neighbours unharmed', async () => {
    const bodies = ['a', 'b', 'c'];
    const ids: string[] = [];
    for (const body of bodies)
      ids.push(
        await desk.record(
          'financeiro',
          eml({ to: 'financeiro@hd.test', body, from: `crash-${body}@cliente.test` }),
        ),
      );
    const work = desk.get(IntakeWorkStore);
    const begin = (): Promise<{ id: string; attempts: number }[]> =>
      desk.app.database.inTransaction((tx) => work.begin(tx, 'financeiro', 50));
    // First crash: all three were in hand.
    expect((await begin()).map(({ id }) => id)).toEqual(ids);
    // After it each comes alone, the oldest first; let it be the guilty one.
    expect(await begin()).toMatchObject([{ id: ids[0], attempts: 2 }]);
    // Where the process has not been up for long, whoever was begun twice waits, and the others go first.
    expect(
      await desk.app.database.inTransaction((tx) => work.begin(tx, 'financeiro', 50, null, false)),
    ).toMatchObject([{ id: ids[1], attempts: 2 }]);
    for (const attempts of [3, 4, 5])
      expect(await begin()).toMatchObject([{ id: ids[0], attempts }]);
    // The sixth beginning is the processor's.
    const mend = refuse(desk, 'nobody parses this');
    await desk.process('financeiro');
    mend();
    const rows = await Promise.all(ids.map((id) => desk.row(id)));
    expect(rows.map(({ disposition }) => disposition)).toEqual([
      'quarantined',
      'ticket_opened',
      'ticket_opened',
    ]);
    expect(rows[0]!.error).toContain('never ended');
  });

  it('temporary faults of the database do not count against the message', async () => {
    const tickets = desk.get(Tickets);
    const real = tickets.open.bind(tickets);
    let faults = 0;
    tickets.open = (tx, input) => {
      faults += 1;
      return faults <= 5
        ? Promise.reject(Object.assign(new Error('too many connections'), { code: '53300' }))
        : real(tx, input);
    };
    const id = await desk.record('suporte', eml({ from: 'paciente@cliente.test' }));
    for (let i = 0; i < 5; i += 1) {
      await expect(desk.process('suporte')).rejects.toThrow('too many connections');
      await desk.query('update intake set next_attempt_at = now() where id = $1 returning id', [
        id,
      ]);
    }
    await desk.process('suporte');
    tickets.open = real;
    expect(await desk.row(id)).toMatchObject({ disposition: 'ticket_opened', attempts: 1 });
  });

  it('D22: NUL bytes, broken MIME, no headers at all: each becomes a ticket, nothing is lost', async () => {
    const odd = [
      'From: nul\0@c.test\nSubject: a\0b\nMessage-ID: <n\0@c.test>\n\nx\0y',
      'From: mime@c.test\nContent-Type: multipart/mixed; boundary="\n\n--\n',
      'apenas um corpo',
      '',
      `From: longo@c.test\nMessage-ID: <${'m'.repeat(5_000)}@c.test>\nSubject: ${'s'.repeat(5_000)}\n\nx`,
      `From: ${'a'.repeat(400)}@c.test\n\nx`,
      'From: =?klingon?B?/////w==?= <k@c.test>\nSubject: =?klingon?Q?=FF=FE?=\nContent-Type: text/plain; charset=klingon\n\n\xff\xfe',
      'From: "\\ud800" <s@c.test>\nSubject: x\nContent-Type: application/json; name="\\ud800.json"\n\n{}',
    ];
    for (const raw of odd) {
      const row = await desk.receive('suporte', Buffer.from(raw.replace(/\n/g, '\r\n'), 'latin1'));
      expect(row).toMatchObject({ state: 'done', error: null });
      expect(['ticket_opened', 'duplicate']).toContain(row.disposition);
      expect(row.ticketId).not.toBeNull();
    }
  });
});
