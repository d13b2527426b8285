import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { at, openDesk, SUPPORT, type Desk } from './desk.js';

const PROMISE = { calendar: 'default', policy: SUPPORT };

describe('clocks of a ticket', () => {
  let desk: Desk;
  let ticketId: string;

  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());
  beforeEach(async () => {
    desk.configure({});
    await desk.database.query('truncate events');
    ticketId = await desk.ticket();
  });

  /** A customer's message that came in at `local`. */
  async function customer(local: string, first = true) {
    const messageId = await desk.message(ticketId, at(local));
    const summary = await desk.inTx((tx) =>
      desk.sla.customerMessage(tx, {
        ticketId,
        messageId,
        startedAt: at(local),
        first,
        ...PROMISE,
      }),
    );
    return { messageId, receivedAt: at(local), summary };
  }

  /** An agent's answer that SMTP accepted at `local`. */
  async function answer(
    local: string,
    more: { uncovered?: { messageId: string; receivedAt: Date }; thenOpen?: boolean } = {},
  ) {
    const messageId = await desk.message(ticketId, at(local));
    const input = {
      ticketId,
      messageId,
      acceptedAt: at(local),
      oldestUncovered: more.uncovered ?? null,
      thenOpen: more.thenOpen ?? false,
      awaitsCustomer: !(more.thenOpen ?? false) && more.uncovered === undefined,
      ...PROMISE,
    };
    const run = () => desk.inTx((tx) => desk.sla.answered(tx, input));
    return { messageId, summary: await run(), again: run };
  }

  const states = async () =>
    (await desk.sla.clocksOf(ticketId)).map(({ kind, state }) => `${kind} ${state}`);

  it('D13: the first message starts the return clock, further ones leave it alone', async () => {
    const { summary } = await customer('2026-11-09 10:00');
    expect(summary).toEqual({
      dueAt: at('2026-11-12 18:00'),
      kind: 'first_return',
      breached: false,
    });
    expect((await customer('2026-11-10 10:00')).summary).toEqual(summary);
    expect(await states()).toEqual(['first_return running']);
  });

  it('D13: an answer stops it; the next message starts a new one', async () => {
    await customer('2026-11-09 10:00');
    expect((await answer('2026-11-10 10:00')).summary).toEqual({
      dueAt: null,
      kind: null,
      breached: false,
    });
    const { summary } = await customer('2026-11-11 10:00', false);
    expect(summary).toMatchObject({ kind: 'next_return', dueAt: at('2026-11-16 18:00') });
    expect(await states()).toEqual(['first_return met', 'next_return running']);
  });

  it('D19: an answer accepted at the due instant is met, a millisecond later is a breach', async () => {
    await customer('2026-11-09 10:00');
    await answer('2026-11-12 18:00');
    expect(await states()).toEqual(['first_return met']);
    ticketId = await desk.ticket();
    await customer('2026-11-09 10:00');
    await answer('2026-11-12 18:00:00.001');
    expect(await states()).toEqual(['first_return breached']);
    expect((await desk.news()).map(({ topic }) => topic)).toEqual(['sla.breached']);
  });

  it('D19: an answer accepted in time is met even if the watcher came by first', async () => {
    await customer('2026-11-09 10:00');
    desk.clock.set(at('2026-11-12 18:00:01'));
    await desk.watcher.round();
    await answer('2026-11-12 17:59');
    expect(await states()).toEqual(['first_return met']);
  });

  it('D19: a message younger than the answer starts its own clock from its receivedAt', async () => {
    await customer('2026-11-09 10:00');
    const uncovered = await customer('2026-11-10 10:00');
    const { summary } = await answer('2026-11-10 10:05', { uncovered });
    expect(summary).toEqual({
      dueAt: at('2026-11-13 18:00'),
      kind: 'next_return',
      breached: false,
    });
    expect(await states()).toEqual(['first_return met', 'next_return running']);
  });

  it('D19: news of an older answer does not end the clock of a younger message', async () => {
    await customer('2026-11-09 10:00');
    await answer('2026-11-10 10:00');
    const uncovered = await customer('2026-11-10 11:00', false);
    const { summary } = await answer('2026-11-10 10:59', { uncovered });
    expect(summary).toMatchObject({ dueAt: at('2026-11-13 18:00'), kind: 'next_return' });
    expect(await states()).toEqual(['first_return met', 'next_return running']);
  });

  it('D9: then open starts a return clock at acceptance; the same answer twice counts once', async () => {
    await customer('2026-11-09 10:00');
    const { summary, again } = await answer('2026-11-11 15:00', { thenOpen: true });
    expect(summary).toEqual({
      dueAt: at('2026-11-16 18:00'),
      kind: 'next_return',
      breached: false,
    });
    expect(await again()).toEqual(summary);
    expect(await states()).toEqual(['first_return met', 'next_return running']);
  });

  it('D19: the explanation says what began: a message, our answer, an escalation', async () => {
    await customer('2026-11-09 10:00');
    const { messageId } = await answer('2026-11-11 15:00', { thenOpen: true });
    await desk.database.query(`update messages set kind = 'reply' where id = $1`, [messageId]);
    await desk.inTx((tx) =>
      desk.sla.escalated(tx, { ticketId, at: at('2026-11-12 10:00'), ...PROMISE }),
    );
    const said = (await desk.sla.clocksOf(ticketId)).map(({ explanation }) => explanation);
    expect(said.map(({ ptBR }) => ptBR.slice(0, ptBR.indexOf(';')))).toEqual([
      'Recebido segunda 09/11 às 10:00',
      'Respondido quarta 11/11 às 15:00',
      'Direcionado quinta 12/11 às 10:00',
    ]);
    expect(said.map(({ en }) => en.split(' ')[0])).toEqual(['Received', 'Answered', 'Escalated']);
  });

  it('D19: a returned answer restores the clock with its due date', async () => {
    await customer('2026-11-09 10:00');
    const { messageId, again } = await answer('2026-11-10 10:00');
    const restored = await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-11 10:00') }),
    );
    expect(restored).toEqual({
      dueAt: at('2026-11-12 18:00'),
      kind: 'first_return',
      breached: false,
    });
    expect(await states()).toEqual(['first_return running']);
    // Sent once more with a corrected address: the same message may end it again.
    await again();
    expect(await states()).toEqual(['first_return met']);
  });

  it('D9, D19: an answer with then open that returned can be sent again', async () => {
    await customer('2026-11-09 10:00');
    const { messageId, again } = await answer('2026-11-10 10:00', { thenOpen: true });
    const restored = await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-11 10:00') }),
    );
    expect(restored).toMatchObject({ dueAt: at('2026-11-12 18:00'), kind: 'first_return' });
    await again();
    expect(await states()).toEqual([
      'first_return met',
      'next_return cancelled',
      'next_return running',
    ]);
  });

  it('D19: restored after its due date it is breached at once, once', async () => {
    await customer('2026-11-09 10:00');
    const { messageId } = await answer('2026-11-12 10:00');
    const returned = () =>
      desk.inTx((tx) =>
        desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-13 10:00') }),
      );
    expect(await returned()).toEqual({
      dueAt: at('2026-11-12 18:00'),
      kind: 'first_return',
      breached: true,
    });
    await returned();
    desk.clock.set(at('2026-11-13 11:00'));
    await desk.watcher.round();
    expect((await desk.news()).map(({ topic }) => topic)).toEqual(['sla.breached']);
  });

  it('D19: after 5 × 24 hours a bounce revokes nothing', async () => {
    await customer('2026-11-09 10:00');
    const { messageId } = await answer('2026-11-10 10:00');
    await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-15 10:00:00.001') }),
    );
    expect(await states()).toEqual(['first_return met']);
  });

  it('D13: a restored clock takes the place of the one that was started since', async () => {
    await customer('2026-11-09 10:00');
    const { messageId } = await answer('2026-11-10 10:00');
    await customer('2026-11-10 12:00', false);
    const restored = await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-10 13:00') }),
    );
    expect(restored).toMatchObject({ dueAt: at('2026-11-12 18:00'), kind: 'first_return' });
    expect(await states()).toEqual(['first_return running', 'next_return cancelled']);
  });

  it('D19: a later answer that was accepted covers what the returned one had covered', async () => {
    await customer('2026-11-09 10:00');
    const { messageId } = await answer('2026-11-10 10:00');
    await customer('2026-11-10 12:00', false);
    await answer('2026-11-10 13:00');
    const summary = await desk.inTx((tx) =>
      desk.sla.answerReturned(tx, { ticketId, messageId, at: at('2026-11-10 14:00') }),
    );
    expect(summary.dueAt).toBeNull();
    expect(await states()).toEqual(['first_return met', 'next_return met']);
  });

  it('D17: resolved without an answer cancels the return clock; what was late stays a breach', async () => {
    await customer('2026-11-09 10:00');
    const cancel = (local: string) =>
      desk.inTx((tx) => desk.sla.cancelReturn(tx, { ticketId, at: at(local), reason: 'spam' }));
    expect(await cancel('2026-11-10 10:00')).toMatchObject({ dueAt: null });
    expect(await states()).toEqual(['first_return cancelled']);
    ticketId = await desk.ticket();
    await customer('2026-11-09 10:00');
    await cancel('2026-11-13 10:00');
    expect(await states()).toEqual(['first_return breached']);
  });

  it('D14: escalation starts a second clock of 6 days and leaves the return clock as it is', async () => {
    await customer('2026-11-09 10:00');
    const escalate = (local: string, queueKey: string) =>
      desk.inTx((tx) =>
        desk.sla.escalated(tx, {
          ticketId,
          at: at(local),
          calendar: 'default',
          policy: { ...SUPPORT, queueKey },
        }),
      );
    expect(await escalate('2026-11-10 10:00', 'product')).toEqual({
      dueAt: at('2026-11-12 18:00'),
      kind: 'first_return',
      breached: false,
      resolutionDueAt: at('2026-11-18 18:00'),
    });
    // A second escalation does not reset it.
    expect((await escalate('2026-11-13 10:00', 'product')).resolutionDueAt).toEqual(
      at('2026-11-18 18:00'),
    );
    expect((await answer('2026-11-12 10:00')).summary).toMatchObject({
      kind: 'resolution',
      dueAt: at('2026-11-18 18:00'),
    });
    const ended = await desk.inTx((tx) =>
      desk.sla.resolutionEnded(tx, { ticketId, at: at('2026-11-17 10:00'), reason: 'handed_back' }),
    );
    expect(ended.dueAt).toBeNull();
    // After the hand-back a new escalation is a new clock.
    expect((await escalate('2026-11-17 11:00', 'product')).resolutionDueAt).toEqual(
      at('2026-11-26 18:00'),
    );
    expect(await states()).toEqual(['first_return met', 'resolution met', 'resolution running']);
  });

  it('D14: analysts have 3 days; escalated on to product the earlier due date stays', async () => {
    desk.configure({
      deadlines: {
        byQueue: { analysts: { resolution: { businessDays: 3, warnBusinessHours: 4 } } },
      },
    });
    const escalate = (local: string, queueKey: string) =>
      desk.inTx((tx) =>
        desk.sla.escalated(tx, {
          ticketId,
          at: at(local),
          calendar: 'default',
          policy: { ...SUPPORT, queueKey },
        }),
      );
    expect((await escalate('2026-11-09 10:00', 'analysts')).resolutionDueAt).toEqual(
      at('2026-11-12 18:00'),
    );
    expect((await escalate('2026-11-10 10:00', 'product')).resolutionDueAt).toEqual(
      at('2026-11-12 18:00'),
    );
    expect((await desk.sla.clocksOf(ticketId))[0]?.policy).toEqual({
      key: 'queue:analysts',
      businessDays: 3,
      version: 1,
    });
  });

  it('D19: policy and calendar version stay as they were when the clock started', async () => {
    await customer('2026-11-18 10:00');
    const before = await desk.sla.clocksOf(ticketId);
    desk.configure({
      calendars: { default: { nationalHolidays: false } },
      deadlines: { return: { businessDays: 1, warnBusinessHours: 1 } },
    });
    expect(await desk.anotherProcess().sla.clocksOf(ticketId)).toEqual(before);
    expect(before).toEqual([
      expect.objectContaining({
        dueAt: at('2026-11-24 18:00'),
        policy: { key: 'default', businessDays: 3, version: 1 },
        calendar: { name: 'default', version: 1, zone: 'America/Sao_Paulo' },
        daysCounted: ['2026-11-19', '2026-11-23', '2026-11-24'],
        daysSkipped: [
          { date: '2026-11-20', why: 'feriado, Consciência Negra' },
          { date: '2026-11-21', why: 'sábado' },
          { date: '2026-11-22', why: 'domingo' },
        ],
        explanation: {
          ptBR: 'Recebido quarta 18/11 às 10:00; contam quinta 19, segunda 23, terça 24; não conta sexta 20/11 (feriado, Consciência Negra); prazo terça 24/11 às 18:00',
          en: 'Received Wednesday 18 Nov at 10:00; counting Thursday 19, Monday 23, Tuesday 24; not counted: Friday 20 Nov (holiday, Black Awareness Day); due Tuesday 24 Nov at 18:00',
        },
      }),
    ]);
    // The next clock is counted under the new ones.
    ticketId = await desk.ticket();
    expect((await customer('2026-11-19 10:00')).summary.dueAt).toEqual(at('2026-11-20 18:00'));
    expect((await desk.sla.clocksOf(ticketId))[0]?.calendar.version).toBe(2);
  });

  it('D16: a promise in business minutes is due inside the day', async () => {
    desk.configure({ deadlines: { return: { businessMinutes: 120, warnBusinessHours: 1 } } });
    expect((await customer('2026-11-13 17:00')).summary.dueAt).toEqual(at('2026-11-16 10:00'));
    expect((await desk.sla.clocksOf(ticketId))[0]?.explanation.ptBR).toBe(
      'Recebido sexta 13/11 às 17:00; contam 2 h de atendimento (sexta 13: 1 h, segunda 16: 1 h); prazo segunda 16/11 às 10:00',
    );
  });

  it('D22: a message that claims to be of 1999 has a clock too', async () => {
    const { summary } = await customer('1999-12-31 10:00');
    expect(summary.dueAt?.getUTCFullYear()).toBe(2003);
    expect(await desk.sla.clocksOf(ticketId)).toHaveLength(1);
  });

  it('a clock that is rolled back leaves nothing behind, not even in memory', async () => {
    const other = desk.anotherProcess();
    desk.configure({ calendars: { default: { corpusChristi: false } } });
    const messageId = await desk.message(ticketId, at('2026-11-09 10:00'));
    const start = (tx: Parameters<Parameters<Desk['inTx']>[0]>[0]) =>
      other.sla.customerMessage(tx, {
        ticketId,
        messageId,
        startedAt: at('2026-11-09 10:00'),
        first: true,
        ...PROMISE,
      });
    await expect(
      desk.inTx(async (tx) => {
        await start(tx);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await other.sla.clocksOf(ticketId)).toEqual([]);
    await desk.inTx(start);
    expect(await other.sla.clocksOf(ticketId)).toHaveLength(1);
  });

  it('D13: two processes that start the clock at once end up with one', async () => {
    const messageId = await desk.message(ticketId, at('2026-11-09 10:00'));
    const input = {
      ticketId,
      messageId,
      startedAt: at('2026-11-09 10:00'),
      first: true,
      ...PROMISE,
    };
    const other = desk.anotherProcess();
    const summaries = await Promise.all([
      desk.inTx((tx) => desk.sla.customerMessage(tx, input)),
      desk.inTx((tx) => other.sla.customerMessage(tx, input)),
    ]);
    expect(summaries).toEqual([summaries[0], summaries[0]]);
    expect(summaries[0]).toMatchObject({ dueAt: at('2026-11-12 18:00') });
    expect(await states()).toEqual(['first_return running']);
  });

  it('D16: the ticket’s resolution in business time stands still while the customer is to answer', async () => {
    desk.configure({
      deadlines: { overallResolution: { businessMinutes: 600, warnBusinessHours: 1 } },
    });
    await customer('2026-11-09 11:00');
    expect(await states()).toEqual(['first_return running', 'overall_resolution running']);
    await answer('2026-11-09 16:00');
    expect(await states()).toEqual(['first_return met', 'overall_resolution paused']);
    const { summary } = await customer('2026-11-11 20:00', false);
    // Five of ten hours were left: Thursday 14:00; no return is due before Monday.
    expect(summary).toEqual({
      dueAt: at('2026-11-12 14:00'),
      kind: 'overall_resolution',
      breached: false,
    });
    const [, overall] = await desk.sla.clocksOf(ticketId);
    expect(overall).toMatchObject({
      state: 'running',
      policy: { key: 'default', businessMinutes: 600, version: 1 },
      pauses: [
        { from: at('2026-11-09 16:00').toISOString(), to: at('2026-11-11 20:00').toISOString() },
      ],
      daysCounted: ['2026-11-09', '2026-11-12'],
      promise: 'quinta-feira, 12 de novembro de 2026, até as 14h',
    });
    await desk.inTx((tx) =>
      desk.sla.resolutionEnded(tx, { ticketId, at: at('2026-11-12 10:00'), reason: 'resolved' }),
    );
    expect((await states())[1]).toBe('overall_resolution met');
  });

  it('D16: what stands still at the resolve is judged by what was left; an internal target ends with the answer', async () => {
    desk.configure({
      deadlines: {
        overallResolution: { businessMinutes: 600, warnBusinessHours: 1 },
        internalReturn: { businessMinutes: 120, warnBusinessHours: 1 },
      },
    });
    const { summary } = await customer('2026-11-09 11:00');
    // The internal target is due at 13:00, but it is nobody's promise.
    expect(summary.kind).toBe('overall_resolution');
    await answer('2026-11-09 16:00');
    await desk.inTx((tx) =>
      desk.sla.resolutionEnded(tx, { ticketId, at: at('2026-11-20 10:00'), reason: 'resolved' }),
    );
    expect(await states()).toEqual([
      'first_return met',
      'internal_return breached',
      'overall_resolution met',
    ]);
  });

  it('D19: a policy that changes has a new version; clocks keep theirs', async () => {
    const versionNow = async (): Promise<unknown> => {
      await customer('2026-11-09 11:00');
      return (await desk.sla.clocksOf(ticketId)).at(-1)?.policy.version;
    };
    desk.configure({ deadlines: { return: { businessDays: 2, warnBusinessHours: 4 } } });
    const first = await versionNow();
    await answer('2026-11-09 12:00');
    desk.configure({ deadlines: { return: { businessDays: 5, warnBusinessHours: 4 } } });
    expect(await versionNow()).toBe(Number(first) + 1);
    expect((await desk.sla.clocksOf(ticketId))[0]?.policy.version).toBe(first);
  });
});
