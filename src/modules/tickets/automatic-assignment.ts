import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../config/index.js';
import { Background, Clock, Database, PeriodicWork, Wakeups } from '../../platform/index.js';
import { chooseAssignee, type AssignmentMode } from './domain/choose-assignee.js';
import { AssignmentStore } from './store/assignment.store.js';
import { HistoryStore, SYSTEM } from './store/history.store.js';

const EVERY_MS = 10_000;
/** Tickets of one queue that are given out in one transaction. */
const PAGE = 50;

@Injectable()
export class AssignmentRecords {
  constructor(
    readonly assignments: AssignmentStore,
    readonly history: HistoryStore,
  ) {}
}

/** Gives out what nobody has, in queues whose `assignment` says so, in the order in which it is due. */
@Injectable()
export class AutomaticAssignment extends PeriodicWork {
  constructor(
    background: Background,
    wakeups: Wakeups,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly records: AssignmentRecords,
  ) {
    super({ name: 'automatic-assignment', everyMs: EVERY_MS }, background, wakeups);
  }

  /** Returns how many tickets were given out. */
  async round(): Promise<number> {
    let given = 0;
    for (const [key, { assignment, openPerAgent, retired }] of Object.entries(
      this.config.get().queues,
    )) {
      if (
        assignment === undefined ||
        assignment === 'manual' ||
        retired ||
        this.stopping.signal.aborted
      )
        continue;
      for (let page = PAGE; page === PAGE;) {
        page = await this.giveOut(key, assignment, openPerAgent ?? null);
        given += page;
      }
    }
    return given;
  }

  private giveOut(queueKey: string, mode: AssignmentMode, limit: number | null): Promise<number> {
    return this.database.inTransaction(async (tx) => {
      const { assignments, history } = this.records;
      if (!(await assignments.lockQueue(tx, queueKey))) return 0;
      const now = this.clock.now();
      const waiting = await assignments.waiting(tx, queueKey, PAGE);
      if (waiting.length === 0) return 0;
      if (limit !== null) await assignments.lockMembers(tx, queueKey);
      let candidates = await assignments.candidates(tx, queueKey, now);
      let given = 0;
      for (const ticketId of waiting) {
        const agentId = chooseAssignee(mode, candidates, limit);
        if (agentId === null) break;
        // Within one round turns are told apart by milliseconds of their own.
        const at = new Date(now.getTime() + given);
        await assignments.assign(tx, { ticketId, agentId, at });
        const after = { assignee: agentId, why: mode };
        await history.append(tx, ticketId, now, SYSTEM, [
          { action: 'assignee_changed', before: { assignee: null }, after },
        ]);
        candidates = candidates.map((one) =>
          one.agentId === agentId ? { ...one, open: one.open + 1, lastAt: at } : one,
        );
        given += 1;
      }
      return given;
    });
  }
}
