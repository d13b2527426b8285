import { describe, expect, it } from '@jest/globals';
import { shareMailboxes, type SharesMemory } from './share-mailboxes.js';

const TIMES = { settleMs: 10_000, patienceMs: 5_000, overtimeMs: 60_000 };
/** As in production: a lease's time, and how long before its end its owner is taken for dead. */
const TTL = 15_000;
const STEP = 250;

/** Numbers that look random and are the same at every run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Member {
  readonly id: string;
  /** `frozen`: gives its sign of life and takes nothing; `dead`: killed; `gone`: left in good order. */
  state: 'well' | 'frozen' | 'dead' | 'gone';
  memory: SharesMemory | null;
  mine: string[];
  /** What it is finishing, and when that is done. */
  ending: Map<string, number>;
  nextLook: number;
  signOfLife: number;
}

/** Workers and their leases on a clock of their own; every look comes a little earlier or later. */
class Cluster {
  now = 0;
  readonly members: Member[] = [];
  readonly leases = new Map<string, { owner: string; expiresAt: number }>();
  readonly idleSince = new Map<string, number>();
  longestIdle = 0;
  moves = 0;

  constructor(
    readonly mailboxes: readonly string[],
    private readonly random: (below: number) => number,
  ) {
    for (const key of mailboxes) this.idleSince.set(key, 0);
  }

  join(): Member {
    const member: Member = {
      id: `${this.random(1_000_000)}-${this.members.length}`,
      state: 'well',
      memory: null,
      mine: [],
      ending: new Map(),
      nextLook: this.now,
      signOfLife: this.now,
    };
    this.members.push(member);
    return member;
  }

  /** SIGTERM: counted no more, and everything is handed back within a second. */
  leave(member: Member): void {
    member.state = 'gone';
    for (const key of member.mine) member.ending.set(key, this.now + this.random(1_000));
    member.mine = [];
  }

  run(milliseconds: number): void {
    const until = this.now + milliseconds;
    while (this.now < until) {
      this.now += STEP;
      for (const member of this.members) this.live(member);
      for (const [key, { expiresAt }] of this.leases) if (expiresAt <= this.now) this.free(key);
      for (const since of this.idleSince.values())
        this.longestIdle = Math.max(this.longestIdle, this.now - since);
    }
  }

  held(member: Member): number {
    return member.mine.length;
  }

  get well(): Member[] {
    return this.members.filter(({ state }) => state === 'well');
  }

  private live(member: Member): void {
    if (member.state === 'dead') return;
    for (const [key, doneAt] of member.ending) {
      if (doneAt > this.now) continue;
      member.ending.delete(key);
      this.free(key);
    }
    if (member.state === 'gone') return;
    member.signOfLife = this.now;
    for (const key of member.mine) this.leases.get(key)!.expiresAt = this.now + TTL;
    if (member.state === 'frozen' || this.now < member.nextLook) return;
    member.nextLook = this.now + 750 + this.random(3) * STEP;
    this.look(member);
  }

  private look(member: Member): void {
    const counted = this.members.filter(
      ({ state, signOfLife }) => state !== 'gone' && this.now - signOfLife < TTL / 2,
    );
    const { take, handBack, memory } = shareMailboxes(
      {
        me: member.id,
        workers: counted.map(({ id }) => id),
        mailboxes: this.mailboxes,
        holders: new Map([...this.leases].map(([key, { owner }]) => [key, owner])),
        mine: member.mine,
        ending: [...member.ending.keys()],
        now: this.now,
      },
      member.memory,
      TIMES,
    );
    member.memory = memory;
    for (const key of handBack) {
      expect(member.mine).toContain(key);
      member.mine = member.mine.filter((other) => other !== key);
      member.ending.set(key, this.now + this.random(1_000));
      this.moves += 1;
    }
    for (const key of take) {
      expect(member.mine).not.toContain(key);
      const lease = this.leases.get(key);
      // Somebody was faster since the look began: as a lease is refused.
      if (lease !== undefined) continue;
      this.leases.set(key, { owner: member.id, expiresAt: this.now + TTL });
      this.idleSince.delete(key);
      member.mine.push(key);
    }
  }

  private free(key: string): void {
    this.leases.delete(key);
    this.idleSince.set(key, this.now);
  }
}

const keys = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `caixa${index + 1}`);

function expectShared(cluster: Cluster): void {
  const counts = cluster.well.map((member) => cluster.held(member)).sort((a, b) => a - b);
  const [mailboxes, workers] = [cluster.mailboxes.length, cluster.well.length];
  expect(counts.at(0)).toBe(Math.floor(mailboxes / workers));
  expect(counts.at(-1)).toBe(Math.ceil(mailboxes / workers));
  const all = cluster.well.flatMap(({ mine }) => mine);
  expect([...all].sort()).toEqual([...cluster.mailboxes].sort());
}

describe('sharing mailboxes out among workers', () => {
  const view = {
    me: 'a',
    workers: ['a', 'b'],
    mailboxes: keys(6),
    holders: new Map<string, string>(),
    mine: [] as string[],
    ending: [] as string[],
    now: 0,
  };
  const settled = (over: Partial<typeof view>): ReturnType<typeof shareMailboxes> =>
    shareMailboxes(
      { ...view, now: 20_000, ...over },
      { workers: ['a', 'b'], handBackFrom: 10_000, freeSince: new Map() },
      TIMES,
    );

  it('a worker alone takes everything at once', () => {
    expect(shareMailboxes({ ...view, workers: [] }, null, TIMES).take).toEqual(keys(6));
  });

  it('a worker among two takes its half of what is free, and the rest when nobody else takes it', () => {
    const first = shareMailboxes(view, null, TIMES);
    expect(first.take).toEqual(keys(3));
    const mine = [...first.take];
    const early = shareMailboxes({ ...view, mine, now: 4_000 }, first.memory, TIMES);
    expect(early.take).toEqual([]);
    const late = shareMailboxes({ ...view, mine, now: 5_000 }, early.memory, TIMES);
    expect(late.take).toEqual(['caixa4', 'caixa5']);
  });

  it('what is above the share is handed back, the latest first, once the workers have been the same for a while', () => {
    const mine = keys(6);
    const alone = shareMailboxes({ ...view, workers: ['a'], mine }, null, TIMES);
    const met = shareMailboxes({ ...view, mine, now: 50_000 }, alone.memory, TIMES);
    expect(met.handBack).toEqual([]);
    const later = shareMailboxes({ ...view, mine, now: 60_000 }, met.memory, TIMES);
    expect(later.handBack).toEqual(['caixa4', 'caixa5', 'caixa6']);
    const next = settled({ mine: keys(3), ending: ['caixa4', 'caixa5', 'caixa6'] });
    expect([next.handBack, next.take]).toEqual([[], []]);
  });

  it('who had to take more than its share keeps it for a while', () => {
    const holders = new Map([
      ['caixa5', 'b'],
      ['caixa6', 'b'],
    ]);
    const left = { workers: ['a', 'b'], handBackFrom: 0, freeSince: new Map([['caixa4', 0]]) };
    const took = shareMailboxes({ ...view, holders, mine: keys(3), now: 9_000 }, left, TIMES);
    expect(took.take).toEqual(['caixa4']);
    const mine = keys(4);
    const soon = shareMailboxes({ ...view, holders, mine, now: 30_000 }, took.memory, TIMES);
    expect(soon.handBack).toEqual([]);
    const late = shareMailboxes({ ...view, holders, mine, now: 70_000 }, soon.memory, TIMES);
    expect(late.handBack).toEqual(['caixa4']);
  });

  it('what others hold is never reached for; what a lost answer left in our name is', () => {
    const holders = new Map([
      ['caixa1', 'b'],
      ['caixa2', 'a'],
    ]);
    expect(shareMailboxes({ ...view, mailboxes: keys(2), holders }, null, TIMES).take).toEqual([
      'caixa2',
    ]);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
    'whoever comes, goes, dies or freezes: soon all is shared out evenly and stays so (case %i)',
    (seed) => {
      const random = randomOf(seed);
      const cluster = new Cluster(keys(1 + random(14)), random);
      cluster.join();
      for (let event = 0; event < 8; event += 1) {
        const victim = cluster.well[random(cluster.well.length)]!;
        const kind = random(5);
        if (kind < 2 || cluster.well.length === 1) cluster.join();
        else if (kind === 2) cluster.leave(victim);
        else if (kind === 3) {
          victim.state = 'dead';
          // A supervisor starts another in its place.
          cluster.join();
        } else victim.state = 'frozen';
        cluster.run(random(20_000));
        for (const member of cluster.members) if (member.state === 'frozen') member.state = 'well';
      }
      cluster.run(120_000);
      expectShared(cluster);
      expect(cluster.longestIdle).toBeLessThanOrEqual(30_000);
      const moves = cluster.moves;
      cluster.run(600_000);
      expect(cluster.moves).toBe(moves);
    },
  );

  it('a worker that dies and comes back again and again moves no mailbox of the others', () => {
    const cluster = new Cluster(keys(6), randomOf(7));
    const steady = cluster.join();
    cluster.run(5_000);
    for (let crash = 0; crash < 20; crash += 1) {
      const other = cluster.join();
      cluster.run(6_000);
      other.state = 'dead';
      cluster.run(2_000);
    }
    expect(cluster.moves).toBe(0);
    expect(cluster.held(steady)).toBe(6);
  });

  it('a worker that is killed and started again at once gets its mailboxes, nobody else’s', () => {
    const cluster = new Cluster(keys(6), randomOf(3));
    const [steady, dying] = [cluster.join(), cluster.join()];
    cluster.run(60_000);
    const before = [...steady.mine];
    const moves = cluster.moves;
    dying.state = 'dead';
    cluster.run(2_000);
    const reborn = cluster.join();
    cluster.run(60_000);
    expect(cluster.moves).toBe(moves);
    expect(steady.mine).toEqual(before);
    expect(cluster.held(reborn)).toBe(3);
  });

  it('a worker that says it lives and takes nothing leaves no mailbox unwatched for long, and few moves a minute', () => {
    const cluster = new Cluster(keys(10), randomOf(5));
    const well = cluster.join();
    const frozen = cluster.join();
    frozen.state = 'frozen';
    cluster.run(60_000);
    expect(cluster.held(well)).toBe(10);
    expect(cluster.longestIdle).toBeLessThanOrEqual(15_000);
    cluster.run(600_000);
    expect(cluster.longestIdle).toBeLessThanOrEqual(15_000);
    expect(cluster.moves).toBeLessThanOrEqual(5 * 11);
  });
});
