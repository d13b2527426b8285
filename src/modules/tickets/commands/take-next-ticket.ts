import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, Database } from '../../../platform/index.js';
import { AssignmentStore } from '../store/assignment.store.js';
import { agentActor, HistoryStore } from '../store/history.store.js';

/** "Take next": the unassigned ticket that is due first among the agent's own queues becomes hers. */
@Injectable()
export class TakeNextTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: CurrentConfig,
    private readonly assignments: AssignmentStore,
    private readonly history: HistoryStore,
  ) {}

  /**
   * Two agents who ask at once get two tickets. AppErrors: `not_found` where nothing waits or the agent is no member of
   * `queue`; `conflict` where she has as many open tickets as her queues allow (`openPerAgent`).
   */
  run(scope: AccessScope, queue: string | null): Promise<{ ticketId: string }> {
    return this.database.inTransaction(async (tx) => {
      const mine = scope.memberQueues.filter((key) => queue === null || key === queue);
      await this.assignments.lockAgent(tx, scope.actor.agentId);
      const open = await this.assignments.openOf(tx, scope.actor.agentId);
      const { queues } = this.config.get();
      const allowed = mine.filter((key) => open < (queues[key]?.openPerAgent ?? Infinity));
      if (mine.length > 0 && allowed.length === 0) {
        throw new AppError('conflict', {
          detail: `Você já tem ${open} chamados abertos, o limite da fila.`,
          detailEn: `You have ${open} open tickets, which is the queue's limit.`,
        });
      }
      const ticketId = await this.assignments.firstWaiting(tx, allowed);
      if (ticketId === null) {
        throw new AppError('not_found', {
          detail: 'Não há chamado à espera nas suas filas.',
          detailEn: 'No ticket is waiting in your queues.',
        });
      }
      const at = this.clock.now();
      const { agentId } = scope.actor;
      await this.assignments.assign(tx, { ticketId, agentId, at });
      await this.history.append(tx, ticketId, at, agentActor(agentId), [
        {
          action: 'assignee_changed',
          before: { assignee: null },
          after: { assignee: agentId, why: 'take_next' },
        },
      ]);
      return { ticketId };
    });
  }
}
