import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Automation } from '../../../src/config/index.js';
import { Mailboxes } from '../../../src/modules/mailboxes/index.js';
import { CustomerReminders } from '../../../src/modules/tickets/customer-reminders.js';
import { anotherApp, type HttpApp } from '../../support/http-app.js';
import { DESK_YAML, HelpDesk, type OutboxRow } from './help-desk.js';

const YAML = `${DESK_YAML}
automation: { awaitingCustomer: {} }
`;
const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}-03:00`);

/** A Monday; its third business day is Thursday the 12th, its sixth Tuesday the 17th. */
const ANSWERED = '2026-11-09 14:10';
const REMINDER = '2026-11-12 14:10';
const RESOLVE = '2026-11-18 09:00';

let desk: HelpDesk;
beforeAll(async () => {
  desk = await HelpDesk.open(YAML);
});
afterAll(() => desk?.close());
beforeEach(() => desk.http.clock.set(at(ANSWERED)));
// What a test leaves behind is not the next one's.
afterEach(() => desk.http.database.query('truncate customer_waits'));

/** A round at that time; the mailboxes have just been looked at. */
async function roundAt(local: string, where: HttpApp = desk.http) {
  for (const { clock } of [desk.http, where]) clock.set(at(local));
  await read();
  return where.app.get(CustomerReminders, { strict: false }).round();
}

async function read(state: 'idle' | 'failing' = 'idle'): Promise<void> {
  const mailboxes = desk.http.app.get(Mailboxes, { strict: false });
  for (const key of ['suporte', 'financeiro'])
    await mailboxes.reportState(key, { state, seen: state === 'idle' });
}

async function answered(about: Parameters<HelpDesk['open']>[0] = {}): Promise<string> {
  const { ticketId } = await desk.open(about);
  await desk.answer(ticketId);
  return ticketId;
}

const mailOf = async (ticketId: string, kind: string): Promise<OutboxRow[]> =>
  (await desk.outbox(ticketId)).filter((mail) => mail.kind === kind);
const waits = (ticketId: string) =>
  desk.http.database.query(`select stage from customer_waits where ticket_id = $1`, [ticketId]);
const NOTHING = { reminded: 0, resolved: 0, later: 0, over: 0 };

describe('D9: a ticket that waits for its customer', () => {
  it('shows agents what comes by itself, and when', async () => {
    const wait = async (id: string) => (await desk.ticket(id))['customerWait'];
    const opened = await desk.open();
    expect(await wait(opened.ticketId)).toBeNull();
    await desk.answer(opened.ticketId);
    expect(await wait(opened.ticketId)).toEqual({
      since: at(ANSWERED).toISOString(),
      remindsAt: at(REMINDER).toISOString(),
      remindedAt: null,
      resolvesAt: at(RESOLVE).toISOString(),
    });
    await roundAt(REMINDER);
    expect(await wait(opened.ticketId)).toMatchObject({ remindsAt: null, remindedAt: null });
    await desk.accepted(opened.ticketId);
    expect(await wait(opened.ticketId)).toMatchObject({
      remindsAt: null,
      remindedAt: at(REMINDER).toISOString(),
      resolvesAt: at(RESOLVE).toISOString(),
    });
    await desk.write(opened.ticketId, desk.mail());
    expect(await wait(opened.ticketId)).toBeNull();
  });

  it('D18 D12: is reminded of on the third business day and resolved after the sixth, each once with several workers', async () => {
    const opened: string[] = [];
    for (let index = 0; index < 8; index += 1) opened.push(await answered());
    const other = await anotherApp(desk.http, YAML);
    try {
      const bothAt = async (local: string) => {
        const rounds = await Promise.all([roundAt(local), roundAt(local, other)]);
        return rounds.reduce((sum, one) => sum + one.reminded + one.resolved, 0);
      };
      expect(await bothAt('2026-11-12 14:09')).toBe(0);
      expect(await bothAt(REMINDER)).toBe(8);
      expect(await bothAt('2026-11-12 14:11')).toBe(0);
      for (const ticketId of opened) await desk.accepted(ticketId);
      expect(await bothAt('2026-11-17 18:30')).toBe(0);
      expect(await bothAt(RESOLVE)).toBe(8);
      expect(await bothAt('2026-11-18 09:01')).toBe(0);
    } finally {
      await other.close();
    }
    for (const ticketId of opened) {
      const kinds = (await desk.outbox(ticketId)).map(({ kind }) => kind);
      expect(kinds).toEqual(['acknowledgement', 'reply', 'reminder', 'closing']);
      expect(await waits(ticketId)).toEqual([]);
    }
    const [ticketId] = opened as [string];
    const ticket = await desk.ticket(ticketId);
    expect(ticket).toMatchObject({ status: 'resolved', closeReason: 'no_response' });
    // Neither is anybody's activity.
    expect(new Date(ticket['lastActivityAt'])).toEqual(at(ANSWERED));
    const [reminder] = await mailOf(ticketId, 'reminder');
    expect(reminder!.text).toContain('resposta de segunda-feira, 9 de novembro');
    expect(reminder!.text).toContain('terça-feira, 17 de novembro de 2026, até as 18h');
    expect(reminder!.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
    expect(reminder!.references).not.toEqual([]);
    const [closing] = await mailOf(ticketId, 'closing');
    expect(closing!.automatic).toBe(true);
    expect(closing!.text).not.toMatch(/feedback|avali/i);
    expect(closing!.headers).not.toHaveProperty('List-Unsubscribe');
    expect(await desk.history(ticketId)).toEqual(
      expect.arrayContaining(['customer_reminded', 'status_changed']),
    );
  });

  it('D15: counts from the answer that put the ball with the customer', async () => {
    const ticketId = await answered();
    desk.http.clock.set(at('2026-11-11 16:00'));
    await desk.answer(ticketId);
    expect(await roundAt(REMINDER)).toEqual(NOTHING);
    expect(await roundAt('2026-11-16 16:00')).toMatchObject({ reminded: 1 });
  });

  it('counts from when an agent set the status by hand', async () => {
    const ticketId = await answered();
    await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, { status: 'open' });
    desk.http.clock.set(at('2026-11-10 11:00'));
    await desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, { status: 'awaiting_customer' });
    expect(await roundAt(REMINDER)).toEqual(NOTHING);
    expect(await roundAt('2026-11-13 11:00')).toMatchObject({ reminded: 1 });
  });

  it('a reminder that the loop breaker holds (D21) is not followed by a resolve', async () => {
    const address = 'eco@cliente.example';
    const ticketId = await answered({ mail: desk.mail({ address }) });
    await desk.http.database.query(
      `insert into automatic_holds (mailbox_key, correspondent, reason, held_at, held_until)
       values ('suporte', $1, 'echo', $2, $2::timestamptz + interval '30 days')`,
      [address, at(ANSWERED)],
    );
    expect(await roundAt(REMINDER)).toMatchObject({ reminded: 1 });
    expect(await mailOf(ticketId, 'reminder')).toMatchObject([{ state: 'held' }]);
    expect(await roundAt('2026-12-10 10:00')).toEqual(NOTHING);
  });

  it('D18: outside service hours neither is sent nor resolved', async () => {
    const ticketId = await answered();
    expect(await roundAt('2026-11-12 20:00')).toMatchObject({ reminded: 0, later: 1 });
    expect(await roundAt('2026-11-13 09:00')).toMatchObject({ reminded: 1 });
    // The reminder came a day late: the rest of the days is full all the same.
    await desk.accepted(ticketId, at('2026-11-13 09:01'));
    expect(await roundAt(RESOLVE)).toEqual(NOTHING);
    expect(await roundAt('2026-11-19 09:00')).toMatchObject({ resolved: 1 });
  });
});

describe('what ends a wait', () => {
  const patch = (ticketId: string, change: object) =>
    desk.call(desk.ana, 'patch', `/tickets/${ticketId}`, change);

  it.each<[string, (ticketId: string) => Promise<unknown>]>([
    ['the customer’s answer', (id) => desk.write(id, desk.mail())],
    ['an agent opens it again', (id) => patch(id, { status: 'open' })],
    ['an agent resolves it', (id) => patch(id, { status: 'resolved' })],
    ['a reply that says we owe more', (id) => desk.answer(id, 'open')],
    ['a reply that resolves', (id) => desk.answer(id, 'resolved')],
    [
      'D19: the answer comes back',
      async (id) => {
        const [reply] = await mailOf(id, 'reply');
        await desk.failed(reply!, 'returned');
      },
    ],
  ])('%s', async (_name, happens) => {
    for (const reminded of [false, true]) {
      desk.http.clock.set(at(ANSWERED));
      const ticketId = await answered();
      if (reminded) {
        expect(await roundAt(REMINDER)).toMatchObject({ reminded: 1 });
        await desk.accepted(ticketId);
      }
      await happens(ticketId);
      expect(await waits(ticketId)).toEqual([]);
      expect(await roundAt(RESOLVE)).toEqual(NOTHING);
    }
  });

  it('an answer that comes while the reminder waits to leave takes it back', async () => {
    const ticketId = await answered();
    await roundAt(REMINDER);
    await desk.write(ticketId, desk.mail());
    expect(await mailOf(ticketId, 'reminder')).toMatchObject([{ state: 'cancelled' }]);
  });

  it('D14: a second team has it: neither reminded of nor resolved; after the hand-back it is ours', async () => {
    const ticketId = await answered();
    await desk.call(desk.ana, 'post', `/tickets/${ticketId}/escalation`, {
      queue: 'produto',
      text: 'Erro do editor.',
      notifyCustomer: false,
    });
    expect(await roundAt(REMINDER)).toMatchObject({ reminded: 0, over: 1 });
    const reminded = await answered();
    desk.http.clock.set(at(ANSWERED));
    const ticket = await answered();
    await roundAt(REMINDER);
    await desk.accepted(ticket);
    await desk.call(desk.ana, 'post', `/tickets/${ticket}/escalation`, {
      queue: 'produto',
      text: 'Erro do editor.',
      notifyCustomer: false,
    });
    await desk.call(desk.ana, 'delete', `/tickets/${ticket}/escalation`, { outcome: 'Corrigido.' });
    expect(await waits(ticket)).toEqual([]);
    expect(await waits(reminded)).toHaveLength(1);
  });

  it('a reply on its way puts it off; a stranger’s message that waits for an agent too (D26)', async () => {
    const writing = await answered();
    await desk.call(desk.ana, 'post', `/tickets/${writing}/replies`, { text: 'Mais um detalhe.' });
    const asked = await answered();
    await desk.http.database.inTransaction((tx) =>
      desk.tickets.addThirdParty(tx, { ticketId: asked, message: desk.mail(), why: 'stranger' }),
    );
    expect(await roundAt(REMINDER)).toEqual({ ...NOTHING, later: 2 });
  });

  it.each(['failed', 'unknown'] as const)(
    'a reminder that %s resolves nothing, ever',
    async (state) => {
      const ticketId = await answered();
      await roundAt(REMINDER);
      const [reminder] = await mailOf(ticketId, 'reminder');
      await desk.failed(reminder!, state);
      expect(await roundAt('2027-03-01 10:00')).toEqual(NOTHING);
      expect(await desk.ticket(ticketId)).toMatchObject({ status: 'awaiting_customer' });
      expect((await desk.messages(ticketId)).at(-1)).toMatchObject({ kind: 'event' });
    },
  );

  it('a reminder that came back after it was accepted resolves nothing', async () => {
    const ticketId = await answered();
    await roundAt(REMINDER);
    const reminder = await desk.accepted(ticketId);
    await desk.http.database.query(`update outbox set state = 'returned' where id = $1`, [
      reminder.id,
    ]);
    expect(await roundAt(RESOLVE)).toMatchObject({ resolved: 0, over: 1 });
  });

  it('a reminder that an agent sends again after it failed begins the rest of the days', async () => {
    const ticketId = await answered();
    await roundAt(REMINDER);
    const [reminder] = await mailOf(ticketId, 'reminder');
    await desk.failed(reminder!, 'failed');
    await desk.accepted(ticketId, at('2026-11-23 11:00'));
    expect(await roundAt('2026-11-26 18:00')).toMatchObject({ resolved: 0 });
    expect(await roundAt('2026-11-27 09:00')).toMatchObject({ resolved: 1 });
  });
});

describe('the manners of a machine that reminds', () => {
  it.each([
    ['D23: a suspect that was released after a DMARC failure', { marks: ['dmarc_falhou'] }],
    ['D26: a Reply-To elsewhere', { marks: ['reply_to_diferente'] }],
    ['D27: no usable sender', { marks: ['sem_remetente'] }],
    ['D17: automatic mail', { lane: 'automatic', fromPerson: false } as const],
  ])('nothing to %s', async (_name, about) => {
    const ticketId = await answered({ acknowledge: { no: 'test' }, ...about });
    expect(await roundAt(REMINDER)).toMatchObject({ reminded: 0, over: 1 });
    expect(await roundAt(RESOLVE)).toEqual(NOTHING);
    expect(await desk.ticket(ticketId)).toMatchObject({ status: 'awaiting_customer' });
    expect(await desk.history(ticketId)).toContain('customer_wait_ended');
  });

  it('nothing while automation is paused, neither a reminder nor a resolve', async () => {
    const automation = desk.http.app.get(Automation, { strict: false });
    const ticketId = await answered();
    await roundAt(REMINDER);
    await desk.accepted(ticketId);
    await desk.http.database.inTransaction((tx) =>
      automation.pause(tx, 'suporte', { reason: 'a test', by: 'operator' }),
    );
    expect(await roundAt(RESOLVE)).toEqual({ ...NOTHING, later: 1 });
    await desk.http.database.inTransaction((tx) => automation.resume(tx, 'suporte'));
    expect(await roundAt('2026-11-18 10:00')).toMatchObject({ resolved: 1 });
  });

  it('D22: nothing while an answer may lie unread in the mailbox', async () => {
    const ticketId = await answered();
    await roundAt(REMINDER);
    await desk.accepted(ticketId);
    const reminders = desk.http.app.get(CustomerReminders, { strict: false });
    desk.http.clock.set(at(RESOLVE));
    await read('failing');
    expect(await reminders.round()).toEqual({ ...NOTHING, later: 1 });
    desk.http.clock.set(at('2026-11-18 09:06'));
    await read();
    expect(await reminders.round()).toMatchObject({ resolved: 1 });
  });

  it('D21: one requester is reminded of at most five tickets in an hour', async () => {
    const address = 'muitos@cliente.example';
    for (let index = 0; index < 7; index += 1) await answered({ mail: desk.mail({ address }) });
    expect(await roundAt(REMINDER)).toMatchObject({ reminded: 5, later: 2 });
    expect(await roundAt('2026-11-12 15:10')).toMatchObject({ reminded: 2, later: 0 });
  });

  it('half of the ceiling on automatic mail is left for acknowledgements', async () => {
    const small = await HelpDesk.open(`${YAML}limits: { automaticPerTenMinutes: 6 }\n`);
    const before = desk;
    desk = small;
    try {
      desk.http.clock.set(at(ANSWERED));
      for (let index = 0; index < 5; index += 1) {
        const ticketId = await answered();
        await desk.http.database.query(
          `update outbox set state = 'sent', sent_at = now() where ticket_id = $1`,
          [ticketId],
        );
      }
      expect(await roundAt(REMINDER)).toMatchObject({ reminded: 3 });
      expect(await roundAt(REMINDER)).toEqual(NOTHING);
      await desk.http.database.query(
        `update outbox set state = 'sent', sent_at = $1, claimed_at = $1 where kind = 'reminder'`,
        [desk.now],
      );
      expect(await roundAt('2026-11-12 14:15')).toEqual(NOTHING);
      expect(await roundAt('2026-11-12 14:25')).toMatchObject({ reminded: 2 });
    } finally {
      await small.close();
      desk = before;
    }
  });

  it('D20: a private queue’s reminder leaves with its identity, and a queue may have it off', async () => {
    const { ticketId } = await desk.openFinance();
    await desk.answer(ticketId, 'awaiting_customer', desk.fabio);
    await roundAt(REMINDER);
    expect(await mailOf(ticketId, 'reminder')).toMatchObject([{ mailboxKey: 'financeiro' }]);
  });
});

describe('switching it on and off', () => {
  it('is off by default: nothing is written, reminded of or resolved', async () => {
    const off = await HelpDesk.open(DESK_YAML);
    try {
      off.http.clock.set(at(ANSWERED));
      const { ticketId } = await off.open();
      await off.answer(ticketId);
      expect(await off.http.database.query('select 1 from customer_waits')).toEqual([]);

      // The day it is switched on, what waited before is left to people; a new wait counts.
      const on = await anotherApp(off.http, YAML);
      try {
        on.clock.set(at('2026-12-01 10:00'));
        const reminders = on.app.get(CustomerReminders, { strict: false });
        expect(await reminders.round()).toEqual(NOTHING);
      } finally {
        await on.close();
      }
    } finally {
      await off.close();
    }
  });

  it('switched off in between it neither reminds nor resolves', async () => {
    const ticketId = await answered();
    const off = await anotherApp(desk.http, DESK_YAML);
    try {
      expect(await roundAt(REMINDER, off)).toEqual({ ...NOTHING, over: 1 });
      expect(await desk.ticket(ticketId)).toMatchObject({ status: 'awaiting_customer' });
    } finally {
      await off.close();
    }
  });
});
