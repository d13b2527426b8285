/**
 * Who watches which mailbox, where several workers share a database (decision 0022). Every worker decides for itself, from
 * the same rows; leases see to it that no mailbox ever has two holders, whatever is decided here.
 */

/** What a worker sees when it looks around. */
export interface SharesView {
  readonly me: string;
  /** Workers that gave a sign of life lately; whether this one is among them does not matter. */
  readonly workers: readonly string[];
  /** Mailboxes that somebody should hold. */
  readonly mailboxes: readonly string[];
  /** Owners of their living leases. */
  readonly holders: ReadonlyMap<string, string>;
  /** What this worker works on, in the order in which it took it. */
  readonly mine: readonly string[];
  /** What this worker is finishing and will let go. */
  readonly ending: readonly string[];
  /** Any clock that only goes forward. Milliseconds. */
  readonly now: number;
}

/** What a worker remembers from one look to the next. */
export interface SharesMemory {
  readonly workers: readonly string[];
  /** Before this nothing is handed back. */
  readonly handBackFrom: number;
  /** Since when this worker has seen nobody hold a mailbox. */
  readonly freeSince: ReadonlyMap<string, number>;
}

export interface ShareTimes {
  /** The workers must be the same for so long before one hands mailboxes back: one that restarts moves nothing. */
  readonly settleMs: number;
  /** A free mailbox is left for so long to those whose share it belongs to. */
  readonly patienceMs: number;
  /** Who had to take more than its share keeps it for so long: whoever should have taken it did not. */
  readonly overtimeMs: number;
}

export interface SharesDecision {
  readonly take: readonly string[];
  readonly handBack: readonly string[];
  readonly memory: SharesMemory;
}

/**
 * Free mailboxes up to this worker's share are taken at once, beyond it when nobody else has taken them in time; what is
 * above the share is handed back, the mailbox that was taken last first. With all workers deciding so everybody comes to
 * hold ⌊M/N⌋ or ⌈M/N⌉ of M mailboxes.
 */
export function shareMailboxes(
  view: SharesView,
  memory: SharesMemory | null,
  times: ShareTimes,
): SharesDecision {
  const { me, mine, now } = view;
  const workers = [...new Set([...view.workers, me])].sort();
  const same = memory !== null && sameWorkers(memory.workers, workers);
  const handBackFrom = same ? memory.handBackFrom : now + times.settleMs;
  const own = new Set([...mine, ...view.ending]);
  const free = view.mailboxes.filter(
    (key) => !own.has(key) && (view.holders.get(key) ?? me) === me,
  );
  const freeSince = new Map(free.map((key) => [key, memory?.freeSince.get(key) ?? now]));
  const share = shareOf(me, workers, heldBy(view, workers), view.mailboxes.length);

  const surplus = now >= handBackFrom ? mine.slice(Math.max(share, 0)) : [];
  if (surplus.length > 0) {
    return { take: [], handBack: surplus, memory: { workers, handBackFrom, freeSince } };
  }
  const room = Math.max(0, share - mine.length);
  const left = free.filter((key) => now - freeSince.get(key)! >= times.patienceMs);
  // A part of what is left over at a time, so that several who are free to take it share it as well.
  const extra = Math.ceil(left.length / workers.length);
  const first = inTurn(free, workers.indexOf(me) / workers.length).slice(0, room);
  const take = [
    ...new Set([...first, ...inTurn(left, workers.indexOf(me) / workers.length).slice(0, extra)]),
  ];
  const overtime = mine.length + take.length > share && take.length > 0;
  return {
    take,
    handBack: [],
    memory: {
      workers,
      freeSince,
      handBackFrom: overtime ? now + times.overtimeMs : handBackFrom,
    },
  };
}

/** ⌈M/N⌉ for those who hold most already, ⌊M/N⌋ for the others: the fewest mailboxes move. */
function shareOf(
  me: string,
  workers: readonly string[],
  held: ReadonlyMap<string, number>,
  mailboxes: number,
): number {
  const byHeld = [...workers].sort((a, b) => held.get(b)! - held.get(a)! || (a < b ? -1 : 1));
  const oneMore = byHeld.indexOf(me) < mailboxes % workers.length;
  return Math.floor(mailboxes / workers.length) + (oneMore ? 1 : 0);
}

function heldBy(view: SharesView, workers: readonly string[]): ReadonlyMap<string, number> {
  const held = new Map(workers.map((worker) => [worker, 0]));
  for (const key of view.mailboxes) {
    const holder = view.holders.get(key);
    if (holder !== undefined && holder !== view.me && held.has(holder))
      held.set(holder, held.get(holder)! + 1);
  }
  return held.set(view.me, view.mine.length + view.ending.length);
}

/** Everybody begins elsewhere in the list, so that two who look at the same time seldom reach for the same. */
function inTurn(keys: readonly string[], position: number): readonly string[] {
  const start = Math.floor(position * keys.length);
  return [...keys.slice(start), ...keys.slice(0, start)];
}

function sameWorkers(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((worker, index) => worker === now[index]);
}
