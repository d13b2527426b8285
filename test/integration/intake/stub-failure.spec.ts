import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Alarms } from '../../../src/platform/index.js';
import {
  MessageParser,
  UnparsableMail,
} from '../../../src/modules/mailbox-intake/parser/message-parser.js';
import { MAX_ATTEMPTS } from '../../../src/modules/mailbox-intake/store/intake-work.store.js';
import { Tickets } from '../../../src/modules/tickets/index.js';
import { eml, IntakeDesk } from './intake-desk.js';

describe('quarantine that fails or comes again', () => {
  let desk: IntakeDesk;
  beforeAll(async () => {
    desk = await IntakeDesk.open();
    const parser = desk.get(MessageParser);
    const real = parser.parse.bind(parser);
    parser.parse = (source, stage) =>
      source.kind === 'bytes' && source.raw.includes('VENENO')
        ? Promise.reject(new UnparsableMail('crashed', 'The parser crashed on this message'))
        : real(source, stage);
  }, 60_000);
  afterAll(() => desk?.close());

  const due = (id: string): Promise<unknown> =>
    desk.query('update intake set next_attempt_at = now() where id = $1 returning id', [id]);

  it('D22 D25: quarantined bytes that come again after a UIDVALIDITY change open no second stub', async () => {
    const raw = eml({ body: 'VENENO de novo' });
    const first = await desk.receive('suporte', raw);
    const again = await desk.receive('suporte', raw, { uidvalidity: '2' });
    expect(first).toMatchObject({ state: 'quarantined' });
    expect(again).toMatchObject({
      state: 'done',
      disposition: 'duplicate',
      ticketId: first.ticketId,
    });
    const elsewhere = await desk.receive('financeiro', raw);
    expect(elsewhere).toMatchObject({ state: 'quarantined' });
    expect(elsewhere.ticketId).not.toBe(first.ticketId);
  });

  it('D22: a stub that cannot be written is tried ever more seldom under an alarm, and holds nobody up', async () => {
    const tickets = desk.get(Tickets);
    const real = tickets.open.bind(tickets);
    tickets.open = (tx, input) =>
      input.lane === 'quarantined' ? Promise.reject(new Error('no stub today')) : real(tx, input);
    const bad = await desk.record('suporte', eml({ body: 'VENENO sem toco' }));
    const good = await desk.record('suporte', eml({ from: 'outro@cliente.test' }));
    await desk.process('suporte');
    expect(await desk.row(good)).toMatchObject({ disposition: 'ticket_opened' });
    for (let i = 0; i < 4; i += 1) {
      await due(bad);
      await desk.process('suporte');
    }
    const [row] = await desk.query(
      `select state, attempts, next_attempt_at > now() + interval '20 seconds' as later from intake where id = $1`,
      [bad],
    );
    expect(row).toEqual({ state: 'stored', attempts: 5, later: true });
    const alarms = async (): Promise<string[]> =>
      (await desk.get(Alarms).open()).map(({ key }) => key);
    expect(await alarms()).toContain(`intake.${bad}`);

    tickets.open = real;
    await due(bad);
    await desk.process('suporte');
    expect(await desk.row(bad)).toMatchObject({ state: 'quarantined' });
    expect(await alarms()).not.toContain(`intake.${bad}`);
  });

  it('D22: a statement that is cancelled for its time again and again ends in quarantine', async () => {
    const tickets = desk.get(Tickets);
    const real = tickets.open.bind(tickets);
    tickets.open = (tx, input) =>
      input.message.text.includes('LENTA')
        ? Promise.reject(Object.assign(new Error('canceling statement'), { code: '57014' }))
        : real(tx, input);
    const id = await desk.record('suporte', eml({ from: 'lenta@cliente.test', body: 'LENTA' }));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      await expect(desk.process('suporte')).rejects.toThrow('canceling');
      await due(id);
    }
    await desk.process('suporte');
    tickets.open = real;
    expect(await desk.row(id)).toMatchObject({ state: 'quarantined' });
  });
});
