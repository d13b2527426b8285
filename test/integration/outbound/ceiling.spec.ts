import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { ACKNOWLEDGEMENT, openPostRoom, postConfig, type PostRoom } from './post-room.js';

describe('the ceiling of automatic mail', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom(postConfig('', 'limits: { automaticPerTenMinutes: 20 }'));
  });
  afterEach(() => room.stop());

  const acknowledgements = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        room.enqueue({
          ...ACKNOWLEDGEMENT,
          mailboxKey: i % 2 === 0 ? 'suporte' : 'financeiro',
          // One customer would be held by the loop breaker before the ceiling is reached.
          to: [{ address: `cliente${i}@cliente.test`, name: '' }],
        }),
      ),
    );
  const allSent = () =>
    eventually('all are sent', async () => {
      const left = await room.database.query(`select 1 from outbox where state <> 'sent'`);
      return left.length === 0;
    });

  it('pauses automation by itself with an alarm, and counts anew after a resume', async () => {
    await acknowledgements(30);
    room.process().sender.start();
    room.process().sender.start();
    await eventually('the pause', async () => (await room.automation.list()).length === 1);
    expect(await room.alarms.open()).toMatchObject([
      { key: 'automation.paused', severity: 'critical' },
    ]);
    await room.inState(await room.enqueue({}), 'sent');
    const automatic = () => room.post.sent.filter(({ mail }) => mail.envelope.from === '').length;
    await eventually('the claimed ones have left', () => automatic() >= 20);
    expect(automatic()).toBe(20);
    const queued = await room.database.query(`select 1 from outbox where state = 'queued'`);
    expect(queued).toHaveLength(10);
    room.clock.advanceMs(1_000);
    await room.inTx((tx) => room.automation.resume(tx, null));
    expect(await room.alarms.open()).toEqual([]);
    await allSent();
  });

  it('a process that had counted before the resume does not pause again after it', async () => {
    await acknowledgements(30);
    const { sender, ceiling } = room.process();
    sender.start();
    await eventually('the pause', async () => (await room.automation.list()).length === 1);
    await sender.stop();
    room.clock.advanceMs(1_000);
    let late: Promise<void> = Promise.resolve();
    await room.inTx(async (tx) => {
      await room.automation.resume(tx, null);
      late = ceiling.reached();
      await eventually('it waits for the resume', async () => {
        const waiting = await room.database.query(
          `select 1 from pg_locks join pg_database d on d.oid = database
            where not granted and d.datname = current_database()`,
        );
        return waiting.length > 0;
      });
    });
    await late;
    await ceiling.reached();
    expect(await room.automation.list()).toEqual([]);
    expect(await room.alarms.open()).toEqual([]);
  });

  it('exactly as many as allowed do not pause anything', async () => {
    await acknowledgements(20);
    room.process().sender.start();
    await allSent();
    await room.inState(await room.enqueue({}), 'sent');
    expect(await room.automation.list()).toEqual([]);
  });
});
