import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, generatedKey, SignedLinks, Throttle } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});

afterAll(() => fresh?.close());

describe('throttles hold across processes', () => {
  const rule = { name: 'test', subject: 'Alguém@cliente.example', limit: 10, windowMs: 60_000 };

  it('lets exactly the limit pass of many at once, whichever process they come to', async () => {
    const processes = [
      new Throttle(fresh.database, fresh.clock),
      new Throttle(fresh.database, fresh.clock),
    ];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 25 }, (_, at) => processes[at % 2]!.hit(rule)),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(10);
  });

  it('stores no address, takes hits back, and forgets old windows', async () => {
    const throttle = new Throttle(fresh.database, fresh.clock);
    const rows = await fresh.database.query('select key from throttles');
    expect(JSON.stringify(rows)).not.toContain('cliente.example');
    for (let at = 0; at < 16; at += 1) await throttle.refund(rule);
    await throttle.hit({ ...rule, subject: 'alguém@CLIENTE.example' });
    expect(await throttle.forgetOld()).toBe(0);
    fresh.clock.advanceMs(2 * 86_400_000);
    expect(await throttle.forgetOld()).toBe(1);
  });
});

describe('the generated key for links', () => {
  const linksOf = async (database: Database): Promise<SignedLinks> => {
    const key = await generatedKey(database, 'links', fresh.clock.now());
    return new SignedLinks(
      fresh.clock,
      () => [key],
      () => 'https://ajuda.exemplo.com.br',
    );
  };

  it('is one for all processes, also when they start at once', async () => {
    const [one, two] = await Promise.all([linksOf(fresh.database), linksOf(fresh.database)]);
    expect(two.verify('portal', one.sign('portal', 'a@b.example', 1))).toBe('a@b.example');
  });

  it('still opens old links after keys have been configured', async () => {
    const own = await generatedKey(fresh.database, 'links', fresh.clock.now());
    const before = (await linksOf(fresh.database)).sign('portal', 'a@b.example', 1);
    const after = new SignedLinks(
      fresh.clock,
      () => [{ id: 'k2026', secret: 'n'.repeat(32) }, own],
      () => 'https://ajuda.exemplo.com.br',
    );
    expect(after.verify('portal', before)).toBe('a@b.example');
  });
});
