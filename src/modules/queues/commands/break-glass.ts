import { Injectable } from '@nestjs/common';
import { AppError, Clock, createLogger, Database, EventBus } from '../../../platform/index.js';
import type { Actor } from '../../agents/index.js';
import { brokeGlass } from '../queues.facade.js';
import { QueueStore } from '../store/queue.store.js';

/** Long enough to look at one ticket, too short to work in a queue. */
export const BREAK_GLASS_MINUTES = 60;
const log = createLogger('queues');

/**
 * D20: an admin gets to see one ticket for an hour. Recorded with the reason before anything is shown, and told to the
 * ticket's people by its history. Throws `not_found` where there is no such ticket.
 */
@Injectable()
export class BreakGlass {
  constructor(
    private readonly store: QueueStore,
    private readonly bus: EventBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, ticketId: string, reason: string): Promise<{ expiresAt: Date }> {
    const at = this.clock.now();
    const expiresAt = new Date(at.getTime() + BREAK_GLASS_MINUTES * 60_000);
    await this.database.inTransaction(async (tx) => {
      const look = { agentId: actor.agentId, ticketId, reason, at, expiresAt };
      if (!(await this.store.insertBreakGlass(tx, look))) throw new AppError('not_found');
      await this.bus.publish(tx, brokeGlass, {
        agentId: actor.agentId,
        agentName: actor.name,
        ticketId,
        reason,
        at: at.toISOString(),
        expiresAt: expiresAt.toISOString(),
      });
    });
    log.warn({ agentId: actor.agentId, ticketId }, 'an admin looked into a ticket by break-glass');
    return { expiresAt };
  }
}
