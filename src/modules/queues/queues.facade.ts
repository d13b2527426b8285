import type { Actor } from '../agents/index.js';

/** What an actor may see and do by queue (D20). Computed once a request; everything filters by it. */
export interface AccessScope {
  readonly actor: Actor;
  /** Queues whose tickets, messages, intake and outbox rows may be seen. */
  readonly visibleQueues: readonly string[];
  readonly memberQueues: readonly string[];
  readonly supervisedQueues: readonly string[];
}

/** Queues, members, and who may see what. */
export class Queues {
  /** Agents and supervisors: public queues and those they are members of. Admins: only queues they are members of. */
  scopeOf(_actor: Actor): Promise<AccessScope> {
    throw new Error('unwritten');
  }
}
