import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineEvent } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const moved = defineEvent<{ n: number }>('test.moved');

describe('events between modules', () => {
  let fresh: FreshDatabase;
  const seen: number[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    fresh.bus.subscribe(moved, 'test.counts', async (tx, payload) => {
      await tx.query('select 1');
      if (payload.n === 13) throw new Error('unlucky');
      seen.push(payload.n);
    });
  });
  afterAll(() => fresh.close());

  it('a committed event reaches its subscriber once, a rolled back one never', async () => {
    await fresh.database.inTransaction((tx) => fresh.bus.publish(tx, moved, { n: 1 }));
    await expect(
      fresh.database.inTransaction(async (tx) => {
        await fresh.bus.publish(tx, moved, { n: 2 });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await fresh.dispatcher.drain();
    await fresh.dispatcher.drain();
    expect(seen).toEqual([1]);
  });

  it('a failing subscriber is tried again later and does not hold up the others', async () => {
    await fresh.database.inTransaction(async (tx) => {
      await fresh.bus.publish(tx, moved, { n: 13 });
      await fresh.bus.publish(tx, moved, { n: 14 });
    });
    await fresh.dispatcher.drain();
    expect(seen).toContain(14);
    const [row] = await fresh.database.query(
      `select attempts, last_error, handled_at from events where payload = '{"n": 13}'`,
    );
    expect(row).toMatchObject({ attempts: 1, last_error: 'unlucky', handled_at: null });
  });
});

describe('leases', () => {
  it('one owner at a time; a lost lease is refused by its token', async () => {
    const fresh = await freshDatabase();
    const { Leases } = await import('../../../src/platform/index.js');
    const other = new Leases(fresh.database, 'other', 60_000);
    const mine = await fresh.leases.acquire('mailbox:suporte');
    expect(mine).not.toBeNull();
    expect(await other.acquire('mailbox:suporte')).toBeNull();
    expect(await fresh.leases.renew(mine!)).toBe(true);
    await fresh.leases.release(mine!);
    const theirs = await other.acquire('mailbox:suporte');
    expect(Number(theirs!.token)).toBeGreaterThan(Number(mine!.token));
    expect(await fresh.leases.renew(mine!)).toBe(false);
    expect(await fresh.database.inTransaction((tx) => fresh.leases.assertHeld(tx, mine!))).toBe(
      false,
    );
    expect(await fresh.database.inTransaction((tx) => other.assertHeld(tx, theirs!))).toBe(true);
    await fresh.close();
  });
});
