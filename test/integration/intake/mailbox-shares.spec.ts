import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailboxProcessor } from '../../../src/modules/mailbox-intake/background/mailbox-processor.js';
import { MailboxShares } from '../../../src/modules/mailbox-intake/background/mailbox-shares.js';
import { LeaseLost, RecordMail } from '../../../src/modules/mailbox-intake/commands/record-mail.js';
import { mailboxLease } from '../../../src/modules/mailbox-intake/mailbox-lease.js';
import { BlobStore } from '../../../src/modules/files/index.js';
import { Leases, newId, type Lease } from '../../../src/platform/index.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { eml, IntakeDesk } from './intake-desk.js';

const MAILBOXES = Array.from({ length: 7 }, (_, index) => `caixa${index + 1}`);
const TTL_MS = 2_000;

/** What a worker does with its share, without mail: takes, prolongs and gives back leases. */
class Worker {
  readonly held = new Map<string, Lease>();
  private readonly leases: Leases;
  private readonly shares: MailboxShares;
  private ended = false;
  private readonly life: Promise<void>;

  constructor(fresh: FreshDatabase) {
    this.leases = new Leases(fresh.database, newId(), TTL_MS);
    const times = { settleMs: 300, patienceMs: 250, overtimeMs: 3_000 };
    this.shares = new MailboxShares(this.leases, times);
    this.life = this.live(fresh);
  }

  /** kill -9: says nothing, gives nothing back. */
  die(): Promise<void> {
    this.ended = true;
    return this.life;
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await this.die();
    await this.shares.leave();
    for (const lease of this.held.values()) await this.leases.release(lease);
  }

  private async live({ wakeups }: FreshDatabase): Promise<void> {
    while (!this.ended) {
      const { take, handBack } = await this.shares.look(MAILBOXES, [...this.held.keys()], []);
      for (const key of handBack) {
        await this.leases.release(this.held.get(key)!);
        this.held.delete(key);
      }
      for (const key of take) {
        const lease = await this.leases.acquire(mailboxLease(key));
        if (lease !== null) this.held.set(key, lease);
      }
      for (const [key, lease] of this.held)
        if (!(await this.leases.renew(lease))) this.held.delete(key);
      await wakeups.sleep('looks', 50);
    }
  }
}

describe('workers that share mailboxes out on one database', () => {
  it('come, leave and die: always everything is held, by one each, and soon in equal parts', async () => {
    const fresh = await freshDatabase();
    const workers: Worker[] = [];
    const join = (): Worker => workers[workers.push(new Worker(fresh)) - 1]!;
    const counts = (living: readonly Worker[]): number[] =>
      living.map(({ held }) => held.size).sort((a, b) => a - b);
    const shared = (
      what: string,
      living: readonly Worker[],
      expected: number[],
    ): Promise<unknown> =>
      eventually(what, async () => {
        if (JSON.stringify(counts(living)) !== JSON.stringify(expected)) return false;
        const rows = await fresh.leases.living('mailbox:');
        const owners = new Map(rows.map(({ name, owner }) => [name, owner]));
        return living.every(({ held }) =>
          [...held].every(([key, { owner }]) => owners.get(mailboxLease(key)) === owner),
        );
      });
    try {
      const first = join();
      await shared('one holds all', [first], [7]);
      const second = join();
      await shared('two hold their halves', [first, second], [3, 4]);
      const third = join();
      await shared('three hold their thirds', [first, second, third], [2, 2, 3]);

      const before = [...first.held.keys()];
      const stopping = performance.now();
      await second.stop();
      await shared('what was handed back is taken up', [first, third], [3, 4]);
      // Far sooner than a lease expires.
      expect(performance.now() - stopping).toBeLessThan(TTL_MS);
      expect([...first.held.keys()]).toEqual(expect.arrayContaining(before));

      await third.die();
      await shared('a dead worker’s are taken over', [first], [7]);
    } finally {
      for (const worker of workers) await worker.die();
      await fresh.close();
    }
  }, 30_000);
});

describe('fencing: a worker that was too slow', () => {
  let desk: IntakeDesk;
  beforeAll(async () => {
    desk = await IntakeDesk.open();
  }, 60_000);
  afterAll(() => desk?.close());

  /** A lease that we believe in and that another worker has taken over meanwhile. */
  const outlived = async (): Promise<Lease> => {
    const lease = (await desk.get(Leases).acquire('mailbox:suporte'))!;
    await desk.query(`update leases set expires_at = now() where name = 'mailbox:suporte'`);
    const other = new Leases(desk.app.database, newId());
    const theirs = await other.acquire('mailbox:suporte');
    expect(theirs).not.toBeNull();
    await desk.query(`update leases set expires_at = now() where name = 'mailbox:suporte'`);
    return lease;
  };

  it('D22: records nothing and moves no cursor', async () => {
    const arrived = {
      uid: 1,
      sizeBytes: 10,
      blob: await desk.get(BlobStore).stage(Buffer.from(eml())),
      partial: false,
      receivedAt: desk.app.clock.now(),
      disposition: null,
      error: null,
    };
    const where = {
      mailboxKey: 'suporte',
      queueKey: 'suporte',
      folder: 'Tarde',
      role: 'inbox' as const,
      uidvalidity: '1',
    };
    const late = desk
      .get(RecordMail)
      .run(await outlived(), where, [arrived], { uidvalidity: '1', lastUid: 1, startAt: null });
    await expect(late).rejects.toThrow(LeaseLost);
    expect(await desk.query(`select 1 from intake where folder = 'Tarde'`)).toEqual([]);
    expect(await desk.query(`select 1 from mailbox_cursors where folder = 'Tarde'`)).toEqual([]);
  });

  it('D22: decides nothing: no ticket, no acknowledgement; the message stays to be done', async () => {
    const id = await desk.record('suporte', eml());
    const late = desk.get(MailboxProcessor).drain('suporte', await outlived());
    await expect(late).rejects.toThrow(LeaseLost);
    expect(await desk.row(id)).toMatchObject({ state: 'stored', ticketId: null });
    expect(await desk.query('select 1 from tickets')).toEqual([]);
    expect(await desk.query('select 1 from outbox')).toEqual([]);
  });

  it('keeps no lock on its leases: PostgreSQL ends a transaction that it leaves idle', async () => {
    const [row] = await desk.query('show idle_in_transaction_session_timeout');
    expect(row).toEqual({ idle_in_transaction_session_timeout: '10s' });
  });
});
