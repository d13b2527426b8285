import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SendOutcome } from '../../../src/modules/mailboxes/index.js';
import { outboxWakeup } from '../../../src/modules/outbound-mail/events.js';
import { eventually } from '../../support/eventually.js';
import { ACKNOWLEDGEMENT, openPostRoom, taken, type PostRoom } from './post-room.js';

const MINUTE_MS = 60_000;

describe('the sender', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.stop());

  const temporary = (code: number | null, response: string): SendOutcome => ({
    kind: 'temporary',
    code,
    response,
    recipients: [],
  });

  it('a commit wakes the lane, which records the answer and tells the ticket', async () => {
    const ticketId = await room.ticket();
    const ticketMessageId = await room.message(ticketId);
    // Far longer than the spec may take: only the wake-up ends it.
    const woken = room.wakeups.sleep(outboxWakeup('suporte'), 10 * MINUTE_MS);
    const id = await room.enqueue({ ticketId, ticketMessageId });
    await woken;
    room.process().sender.start();
    const entry = await room.inState(id, 'sent');
    expect(entry.recipients[0]).toMatchObject({ state: 'accepted', code: 250 });
    expect(entry.attempts).toMatchObject([{ attempt: 1, outcome: 'accepted' }]);
    expect(await room.news()).toEqual([
      {
        topic: 'outbound.sent',
        payload: expect.objectContaining({
          outboxId: id,
          ticketId,
          ticketMessageId,
          kind: 'reply',
        }),
      },
    ]);
    const [delivery] = await room.database.query('select * from message_delivery');
    expect(delivery).toMatchObject({ ticket_message_id: ticketMessageId, state: 'sent' });
  });

  it('two processes on one outbox send each mail once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        room.enqueue({ to: [{ address: `c${i}@cliente.test`, name: '' }] }),
      ),
    );
    room.process().sender.start();
    room.process().sender.start();
    await eventually('all are sent', async () => {
      const left = await room.database.query(`select 1 from outbox where state <> 'sent'`);
      return left.length === 0;
    });
    const addresses = room.post.sent.map(({ mail }) => mail.envelope.to[0]);
    expect(addresses).toHaveLength(ids.length);
    expect(new Set(addresses).size).toBe(ids.length);
    expect(new Set(room.post.sent.map(({ by }) => by)).size).toBe(2);
  });

  it('never more conversations than the mailbox has connections, also counting unrecorded ones', async () => {
    await Promise.all(Array.from({ length: 30 }, () => room.enqueue({})));
    let most = 0;
    room.post.answer = async (mail) => {
      const [row] = await room.database.query<{ count: number }>(
        `select count(*)::integer as count from outbox where state = 'sending'`,
      );
      most = Math.max(most, row!.count);
      return taken(mail);
    };
    room.process().sender.start();
    await eventually('all are sent', async () => {
      const left = await room.database.query(`select 1 from outbox where state <> 'sent'`);
      return left.length === 0;
    });
    expect(most).toBeLessThanOrEqual(room.config.get().mailboxes['suporte']!.smtp.maxConnections);
  });

  it('a mail whose process died becomes unknown, is told to the ticket, and is never sent again by itself', async () => {
    const ticketId = await room.ticket();
    const id = await room.enqueue({ ticketId });
    // What a killed process leaves: a claim, and a lease that has run out.
    await room.database.query(
      `with dead as (insert into leases values ('process:dead', 'dead', 1, now() - interval '1 second'))
       update outbox set state = 'sending', claimed_by = 'dead', claimed_at = now(), attempts = 1 where id = ${id}`,
    );
    await room.database.query(`insert into outbox_attempts values (${id}, 1, now())`);
    room.process().sender.start();
    const entry = await room.inState(id, 'unknown');
    expect(entry.attempts).toMatchObject([{ outcome: 'unknown' }]);
    const other = await room.enqueue({});
    await room.inState(other, 'sent');
    expect(room.post.sent).toHaveLength(1);
    expect(await room.news()).toEqual([
      {
        topic: 'outbound.failed',
        payload: expect.objectContaining({ outboxId: id, state: 'unknown' }),
      },
    ]);
  });

  it('a row of a living process is left alone', async () => {
    const living = room.process();
    await living.lease.keep();
    const id = await room.enqueue({});
    await room.database.query(
      `update outbox set state = 'sending', claimed_by = '${living.owner}', claimed_at = now(), attempts = 1 where id = ${id}`,
    );
    room.process().sender.start();
    await room.inState(await room.enqueue({}), 'sent');
    expect((await room.entry(id)).state).toBe('sending');
  });

  it('a claim whose answer was lost on the way was never begun and goes back', async () => {
    const { sender, owner } = room.process();
    const id = await room.enqueue({});
    await room.database.query(
      `with tried as (insert into outbox_attempts values (${id}, 1, now()))
       update outbox set state = 'sending', claimed_by = '${owner}', claimed_at = $1, attempts = 1 where id = ${id}`,
      [new Date(room.clock.now().getTime() - MINUTE_MS)],
    );
    sender.start();
    const entry = await room.inState(id, 'sent');
    expect(entry.attempts.map(({ outcome }) => outcome)).toEqual(['not_tried', 'accepted']);
  });

  it('the late truth of a process that was taken for dead is written down, without a second send', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    room.post.answer = async (mail) => {
      await gate;
      return taken(mail);
    };
    const ticketId = await room.ticket();
    const id = await room.enqueue({ ticketId });
    const slow = room.process();
    slow.sender.start();
    await room.inState(id, 'sending');
    await room.database.query(`update outbox set state = 'unknown' where id = ${id}`);
    release();
    await room.inState(id, 'sent');
    expect(room.post.sent).toHaveLength(1);
    expect((await room.news()).map(({ topic }) => topic)).toEqual(['outbound.sent']);
  });

  it('a mail of unknown fate stays so', async () => {
    room.post.answer = () => ({ kind: 'unknown', response: 'connection closed' });
    const ticketId = await room.ticket();
    const dedupeKey = `acknowledgement:${ticketId}`;
    const id = await room.enqueue({ ...ACKNOWLEDGEMENT, ticketId, dedupeKey });
    room.process().sender.start();
    await room.inState(id, 'unknown');
    room.clock.advanceMs(24 * 60 * MINUTE_MS);
    room.post.answer = (mail) => taken(mail);
    await room.inState(await room.enqueue({}), 'sent');
    expect(room.post.sent).toHaveLength(2);
    expect((await room.news())[0]!.payload).toMatchObject({ state: 'unknown' });
  });

  it('a 4xx is tried again later with back-off, with the same Message-ID, and given up after five days', async () => {
    const ticketId = await room.ticket();
    room.post.answer = () => temporary(450, '450 4.2.0 Greylisted');
    const id = await room.enqueue({ ticketId });
    room.process().sender.start();
    const first = await eventually('tried once', async () => {
      const entry = await room.entry(id);
      return entry.state === 'queued' && entry.attempts[0]?.outcome === 'temporary' ? entry : null;
    });
    expect(first.notBefore.getTime() - room.clock.now().getTime()).toBe(MINUTE_MS);
    expect(first.stateReason).toContain('Greylisted');
    room.clock.advanceMs(MINUTE_MS);
    const second = await eventually('tried twice', async () => {
      const entry = await room.entry(id);
      return entry.attempts[1]?.outcome === 'temporary' ? entry : null;
    });
    expect(second.notBefore.getTime() - room.clock.now().getTime()).toBe(2 * MINUTE_MS);
    room.clock.advanceMs(5 * 24 * 60 * MINUTE_MS);
    const last = await room.inState(id, 'failed');
    expect(last.recipients[0]!.state).toBe('failed');
    expect(last.stateReason).toContain('Desistimos');
    expect(new Set(room.post.sent.map(({ mail }) => mail.messageId)).size).toBe(1);
    expect((await room.news()).map(({ payload }) => payload['state'])).toEqual(['failed']);
  });

  it('a 5xx to one of three fails that one at once and visibly, the others go on', async () => {
    const ticketId = await room.ticket();
    room.post.answer = (mail) => ({
      kind: 'accepted',
      response: '250 Ok',
      recipients: mail.envelope.to.map((address) =>
        address === 'beto@cliente.test'
          ? { address, state: 'failed', code: 550, response: '550 5.1.1 No such user' }
          : { address, state: 'accepted', code: 250, response: '250 Ok' },
      ),
    });
    const id = await room.enqueue({
      ticketId,
      cc: ['beto@cliente.test', 'caio@cliente.test'].map((address) => ({ address, name: '' })),
    });
    room.process().sender.start();
    const entry = await room.inState(id, 'sent');
    expect(entry.recipients.map(({ state }) => state)).toEqual(['accepted', 'failed', 'accepted']);
    const news = await room.news();
    expect(news.map(({ topic }) => topic)).toEqual(['outbound.sent', 'outbound.failed']);
    expect(news[1]!.payload).toMatchObject({
      state: 'partly_failed',
      reason: '550 5.1.1 No such user',
    });
  });

  it('D19: an answer that reaches only the copies is not given', async () => {
    const ticketId = await room.ticket();
    room.post.answer = (mail) => ({
      kind: 'accepted',
      response: '250 Ok',
      recipients: mail.envelope.to.map((address) =>
        address === 'ana@cliente.test'
          ? { address, state: 'failed', code: 550, response: '550 5.1.1 No such user' }
          : { address, state: 'accepted', code: 250, response: '250 Ok' },
      ),
    });
    const id = await room.enqueue({ ticketId, cc: [{ address: 'caio@cliente.test', name: '' }] });
    room.process().sender.start();
    await room.inState(id, 'failed');
    const news = await room.news();
    expect(news.map(({ topic, payload }) => [topic, payload['state']])).toEqual([
      ['outbound.failed', 'failed'],
    ]);
  });

  it('a recipient put off is tried again alone, the others do not get it twice', async () => {
    let first = true;
    room.post.answer = (mail) => {
      if (!first) return taken(mail);
      first = false;
      return {
        kind: 'accepted',
        response: '250 Ok',
        recipients: mail.envelope.to.map((address) =>
          address === 'beto@cliente.test'
            ? { address, state: 'pending', code: 451, response: '451 later' }
            : { address, state: 'accepted', code: 250, response: '250 Ok' },
        ),
      };
    };
    const id = await room.enqueue({ cc: [{ address: 'beto@cliente.test', name: '' }] });
    room.process().sender.start();
    await eventually('tried once', async () => (await room.entry(id)).recipients[1]?.code === 451);
    room.clock.advanceMs(MINUTE_MS);
    await room.inState(id, 'sent');
    expect(room.post.sent.map(({ mail }) => mail.envelope.to)).toEqual([
      ['ana@cliente.test', 'beto@cliente.test'],
      ['beto@cliente.test'],
    ]);
    expect(room.post.sent[1]!.mail.to).toEqual([{ address: 'ana@cliente.test', name: 'Ana' }]);
  });

  it('a stopped mailbox keeps its rows, raises an alarm, tries with one mail, and goes on after a success', async () => {
    room.post.answer = () => ({ kind: 'mailbox_stopped', code: 535, response: '535 5.7.8 no' });
    const ids = await Promise.all(Array.from({ length: 12 }, () => room.enqueue({})));
    const finance = await room.enqueue({ mailboxKey: 'financeiro' });
    room.process().sender.start();
    const [alarm] = await eventually('the alarm', async () => {
      const open = (await room.alarms.open()).filter(({ key }) => key === 'sending.suporte');
      return open.length > 0 ? open : null;
    });
    expect(alarm).toMatchObject({ severity: 'critical' });
    expect(alarm!.message).toContain('535');
    await room.inState(finance, 'queued');
    const tried = room.post.sent.length;
    expect(tried).toBeLessThanOrEqual(8);
    room.clock.advanceMs(31_000);
    await eventually('one more try', () => room.post.sent.length > tried);
    const entry = await room.inState(ids[0]!, 'queued');
    expect(entry.attempts[0]).toMatchObject({ outcome: 'not_tried', code: 535 });
    room.post.answer = (mail) => taken(mail);
    room.clock.advanceMs(61_000);
    for (const id of [...ids, finance]) await room.inState(id, 'sent');
    await eventually('the alarm is cleared', async () => (await room.alarms.open()).length === 0);
    const [state] = await room.database.query(
      `select sending_state from mailbox_states where mailbox_key = 'suporte'`,
    );
    expect(state).toEqual({ sending_state: 'ok' });
  });

  it('an unreachable server is asked by one mail at a time', async () => {
    room.post.answer = () => temporary(null, 'ECONNREFUSED');
    await Promise.all(Array.from({ length: 40 }, () => room.enqueue({})));
    room.process().sender.start();
    await eventually('some tries', () => room.post.sent.length >= 4);
    room.clock.advanceMs(1_500);
    await eventually('a probe', () => room.post.sent.length === 5);
  });

  it('a pause holds automatic mail, answers go on', async () => {
    await room.inTx((tx) => room.automation.pause(tx, 'suporte', { reason: 'x', by: 'spec' }));
    const waiting = await room.enqueue(ACKNOWLEDGEMENT);
    const answer = await room.enqueue({});
    room.process().sender.start();
    await room.inState(answer, 'sent');
    expect((await room.entry(waiting)).state).toBe('queued');
    await room.inTx((tx) => room.automation.resume(tx, 'suporte'));
    await room.inState(waiting, 'sent');
  });

  it('a held answer leaves when its hour has come', async () => {
    const notBefore = new Date(room.clock.now().getTime() + 60 * MINUTE_MS);
    const id = await room.enqueue({ notBefore });
    room.process().sender.start();
    await room.inState(await room.enqueue({}), 'sent');
    expect((await room.entry(id)).state).toBe('held');
    room.clock.advanceMs(60 * MINUTE_MS);
    await room.inState(id, 'sent');
  });

  it('stops gracefully: claims nothing more, lets what is in flight end, gives its lease back', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    room.post.answer = async (mail) => {
      await gate;
      return taken(mail);
    };
    const ids = await Promise.all(Array.from({ length: 10 }, () => room.enqueue({})));
    const { sender } = room.process();
    sender.start();
    await eventually('four in flight', () => room.post.sent.length === 4);
    const stopped = sender.stop();
    release();
    await stopped;
    const states = (await Promise.all(ids.map((id) => room.entry(id)))).map(({ state }) => state);
    expect(states.filter((state) => state === 'sent')).toHaveLength(4);
    expect(states.filter((state) => state === 'queued')).toHaveLength(6);
    const live = await room.database.query('select 1 from leases where expires_at > now()');
    expect(live).toHaveLength(0);
  });
});
