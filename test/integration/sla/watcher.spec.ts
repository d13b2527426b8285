import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { at, openDesk, SUPPORT, type Desk } from './desk.js';

describe('the watcher of clocks', () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());
  beforeEach(() => desk.database.query('truncate events, deadline_notices, clocks'));

  async function clocks(count: number, receivedAt: string): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const ticketId = await desk.ticket();
      const messageId = await desk.message(ticketId, at(receivedAt));
      await desk.inTx((tx) =>
        desk.sla.customerMessage(tx, {
          ticketId,
          messageId,
          startedAt: at(receivedAt),
          first: true,
          calendar: 'default',
          policy: SUPPORT,
        }),
      );
    }
  }
  const topics = async () => (await desk.news()).map(({ topic }) => topic);

  it('D19: warns 4 business hours before and breaches after the due instant, each once', async () => {
    await clocks(1, '2026-11-09 10:00'); // due Thursday 12 November 18:00
    const tickAt = async (local: string) => {
      desk.clock.set(at(local));
      return desk.watcher.round();
    };
    expect(await tickAt('2026-11-12 13:59:59.999')).toEqual({ warned: 0, breached: 0 });
    expect(await tickAt('2026-11-12 14:00')).toEqual({ warned: 1, breached: 0 });
    expect(await tickAt('2026-11-12 15:00')).toEqual({ warned: 0, breached: 0 });
    expect(await tickAt('2026-11-12 18:00')).toEqual({ warned: 0, breached: 0 });
    expect(await tickAt('2026-11-12 18:00:00.001')).toEqual({ warned: 0, breached: 1 });
    expect(await tickAt('2026-11-30 10:00')).toEqual({ warned: 0, breached: 0 });
    const [warned, breached] = await desk.news();
    expect(warned).toMatchObject({
      topic: 'sla.warned',
      payload: { dueAt: '2026-11-12T21:00:00.000Z' },
    });
    const { warnedAt, ...payload } = warned!.payload as unknown as Record<string, unknown>;
    expect(warnedAt).toBe('2026-11-12T17:00:00.000Z');
    expect(breached).toMatchObject({ topic: 'sla.breached', payload });
  });

  it('D19: after an outage it breaches without a warning that comes too late', async () => {
    await clocks(1, '2026-11-09 10:00');
    desk.clock.set(at('2026-11-20 10:00'));
    expect(await desk.watcher.round()).toEqual({ warned: 0, breached: 1 });
    expect(await topics()).toEqual(['sla.breached']);
  });

  it('D19: two watchers at once publish each breach exactly once', async () => {
    await clocks(40, '2026-11-09 10:00');
    desk.clock.set(at('2026-11-12 18:01'));
    const watchers = [desk.watcher, desk.anotherProcess().watcher, desk.anotherProcess().watcher];
    const ticks = await Promise.all(watchers.map((watcher) => watcher.round()));
    const more = await desk.watcher.round();
    expect(ticks.reduce((sum, tick) => sum + tick.breached, more.breached)).toBe(40);
    const clockIds = (await desk.news()).map(({ payload }) => payload.clockId);
    expect(clockIds).toHaveLength(40);
    expect(new Set(clockIds).size).toBe(40);
  });

  it('D19: each of several points warns once with several watchers; missed ones are given as one', async () => {
    desk.configure({
      deadlines: { return: { businessDays: 3, warnBusinessHours: 4, warnAt: ['50%', '1d', '4h'] } },
    });
    // 09:00 Monday to 18:00 Thursday: half of it is over on Tuesday at 18:00.
    await clocks(5, '2026-11-09 09:00');
    const watchers = [desk.watcher, desk.anotherProcess().watcher];
    const tickAt = async (local: string): Promise<number> => {
      desk.clock.set(at(local));
      const ticks = await Promise.all(watchers.map((watcher) => watcher.round()));
      return ticks.reduce((sum, { warned }) => sum + warned, 0);
    };
    expect(await tickAt('2026-11-10 18:00')).toBe(5);
    expect(await tickAt('2026-11-10 18:01')).toBe(0);
    // Wednesday's opening and four hours before were both missed.
    expect(await tickAt('2026-11-12 15:00')).toBe(5);
    expect(await tickAt('2026-11-12 17:59')).toBe(0);
    expect((await topics()).filter((topic) => topic === 'sla.warned')).toHaveLength(10);
    desk.configure({});
  });

  it('D19: running in the background it takes up a clock as soon as it is due', async () => {
    desk.clock.set(at('2026-11-12 18:01'));
    desk.watcher.start();
    try {
      await clocks(1, '2026-11-09 10:00'); // late already: the watcher is woken by the commit
      await eventually('the breach to be published', async () => (await topics()).length === 1);
    } finally {
      await desk.watcher.stop();
    }
  });
});
