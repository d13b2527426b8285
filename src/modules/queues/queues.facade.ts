import { Injectable } from '@nestjs/common';
import { AppError, Clock, defineEvent, type Tx } from '../../platform/index.js';
import type { Actor } from '../agents/index.js';
import { QueueStore, type QueueMember } from './store/queue.store.js';

/** What an actor may see and do by queue (D20). Computed once a request; everything filters by it. */
export interface AccessScope {
  readonly actor: Actor;
  /** Queues whose tickets, messages, intake and outbox rows may be seen. */
  readonly visibleQueues: readonly string[];
  readonly memberQueues: readonly string[];
  readonly supervisedQueues: readonly string[];
  /** Single tickets an admin may see for a while although their queue is not visible: recorded break-glass. */
  readonly breakGlassTickets: readonly string[];
}

/** An admin looked into a ticket: the tickets module writes it into the ticket's history, for its people to see. */
export const brokeGlass = defineEvent<{
  agentId: string;
  agentName: string;
  ticketId: string;
  reason: string;
  at: string;
  expiresAt: string;
}>('queues.broke_glass');

/** Queues, members, and who may see what. */
@Injectable()
export class Queues {
  constructor(
    private readonly store: QueueStore,
    private readonly clock: Clock,
  ) {}

  /** Agents and supervisors: public queues and those they are members of. Admins: only queues they are members of. */
  async scopeOf(actor: Actor): Promise<AccessScope> {
    const queues = await this.store.queuesOf(actor.agentId);
    const isAdmin = actor.role === 'admin';
    return {
      actor,
      visibleQueues: queues
        .filter((queue) => queue.member || (!queue.private && !isAdmin))
        .map((queue) => queue.key),
      memberQueues: queues.filter((queue) => queue.member).map((queue) => queue.key),
      supervisedQueues: queues
        .filter((queue) => queue.member && queue.supervisor)
        .map((queue) => queue.key),
      breakGlassTickets: isAdmin
        ? await this.store.brokenGlass(actor.agentId, this.clock.now())
        : [],
    };
  }

  /** Queues whose tickets may be counted in figures: the visible ones; for an admin all, since counts are no content (D20). */
  async countedFor(scope: AccessScope): Promise<readonly string[]> {
    if (scope.actor.role !== 'admin') return scope.visibleQueues;
    return (await this.store.queuesOf(scope.actor.agentId)).map(({ key }) => key);
  }

  /** Agents in service who are members, by name: for notices and for choosing an assignee. */
  membersOf(queueKey: string): Promise<QueueMember[]> {
    return this.store.membersOf(queueKey);
  }

  /** Whether this agent may be given tickets of this queue. False for unknown and disabled agents. */
  mayWork(tx: Tx, agentId: string, queueKey: string): Promise<boolean> {
    return this.store.mayWork(tx, agentId, queueKey);
  }

  /** Adds to queues in use; AppError `validation_failed` naming those that are not configured. */
  async join(
    tx: Tx,
    agentId: string,
    queueKeys: readonly string[],
    supervisor: boolean,
  ): Promise<void> {
    const known = await this.store.inUse(tx, queueKeys);
    const unknown = queueKeys.filter((key) => !known.includes(key));
    if (unknown.length > 0) {
      throw new AppError('validation_failed', {
        detailEn: `There is no queue ${unknown.join(', ')} in the configuration in force.`,
        fields: unknown.map((key) => ({ path: 'queue', reason: `${key} is not a queue in use` })),
      });
    }
    for (const queueKey of known) {
      await this.store.addMember(tx, { queueKey, agentId, supervisor, now: this.clock.now() });
    }
  }

  async leave(tx: Tx, agentId: string, queueKeys: readonly string[]): Promise<void> {
    for (const queueKey of queueKeys) await this.store.removeMember(tx, { queueKey, agentId });
  }
}
