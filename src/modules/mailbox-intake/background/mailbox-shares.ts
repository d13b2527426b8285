import type { Lease, Leases } from '../../../platform/index.js';
import {
  shareMailboxes,
  type SharesDecision,
  type SharesMemory,
  type ShareTimes,
} from '../domain/share-mailboxes.js';
import { mailboxLease } from '../mailbox-lease.js';

const SETTLE_MS = 10_000;
const PATIENCE_MS = 5_000;
const OVERTIME_MS = 60_000;

/** Name of a watcher's sign of life, before its owner. */
const WATCHER = 'watcher:';

/**
 * This process's place among those that watch mailboxes. The place is a lease `watcher:<owner>`, prolonged by the looks
 * themselves, so that a process that looks no more is soon counted no more. (The sender's `process:<owner>` says something
 * else: it has to stay while a mail is still on the wire, also when mailboxes have long been handed back.)
 */
export class MailboxShares {
  private seat: Lease | null = null;
  private seatedAt = 0;
  private memory: SharesMemory | null = null;

  constructor(
    private readonly leases: Leases,
    /** Specs wait less. */
    public times: ShareTimes = {
      settleMs: SETTLE_MS,
      patienceMs: PATIENCE_MS,
      overtimeMs: OVERTIME_MS,
    },
  ) {}

  /** What to take and what to hand back now. Call it every second or so. Throws where the database does not answer. */
  async look(
    mailboxes: readonly string[],
    mine: readonly string[],
    ending: readonly string[],
  ): Promise<SharesDecision> {
    const { owner, ttlMs } = this.leases;
    if (this.seat === null || performance.now() - this.seatedAt >= ttlMs / 3) {
      // Taking what is ours already prolongs it.
      this.seat = await this.leases.acquire(WATCHER + owner);
      this.seatedAt = performance.now();
    }
    const living = await this.leases.living(WATCHER, mailboxLease(''));
    const holders = new Map(living.map((lease) => [lease.name, lease.owner]));
    const view = {
      me: owner,
      // Prolonged every third of its time: one with less than half left has missed that and is probably dead.
      workers: living
        .filter(({ name, remainingMs }) => name.startsWith(WATCHER) && remainingMs >= ttlMs / 2)
        .map((lease) => lease.owner),
      mailboxes,
      holders: new Map(
        mailboxes.flatMap((key) => {
          const holder = holders.get(mailboxLease(key));
          return holder === undefined ? [] : [[key, holder]];
        }),
      ),
      mine,
      ending,
      now: performance.now(),
    };
    const decision = shareMailboxes(view, this.memory, this.times);
    this.memory = decision.memory;
    return decision;
  }

  /** From now on the others count without us. */
  async leave(): Promise<void> {
    const { seat } = this;
    this.seat = null;
    if (seat !== null) await this.leases.release(seat);
  }
}
