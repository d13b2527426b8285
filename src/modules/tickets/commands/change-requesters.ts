import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Requesters } from '../../requesters/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { agentActor } from '../store/history.store.js';
import { PeopleStore } from '../store/people.store.js';

/**
 * People with several addresses (D26): an agent says that two records are one person, or that one is two. Their tickets
 * go along in the same transaction, so whoever writes from any of the addresses takes part in all of them.
 */
@Injectable()
export class ChangeRequesters {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly requesters: Requesters,
    private readonly people: PeopleStore,
  ) {}

  /** Whom the agent may not see is not there (AppError `not_found`); `conflict`, `validation_failed` as the door says. */
  merge(scope: AccessScope, into: string, from: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      await this.requireSeen(tx, scope, into);
      await this.requireSeen(tx, scope, from);
      const { actor, at, by } = this.who(scope);
      await this.requesters.merge(tx, { from, into, ...by });
      const move = { from, into, addresses: null, action: 'requester_merged' };
      await this.people.moveTickets(tx, move, actor, at);
    });
  }

  /** Returns the id of the new requester. */
  split(
    scope: AccessScope,
    from: string,
    wanted: { addresses: readonly string[]; name: string },
  ): Promise<string> {
    return this.database.inTransaction(async (tx) => {
      await this.requireSeen(tx, scope, from);
      const { actor, at, by } = this.who(scope);
      const { requesterId, addresses } = await this.requesters.split(tx, {
        from,
        ...wanted,
        ...by,
      });
      const move = { from, into: requesterId, addresses, action: 'requester_split' };
      await this.people.moveTickets(tx, move, actor, at);
      return requesterId;
    });
  }

  private async requireSeen(tx: Tx, scope: AccessScope, id: string): Promise<void> {
    if ((await this.people.find(scope, id, tx)) === null) throw new AppError('not_found');
  }

  private who({ actor }: AccessScope) {
    const at = this.clock.now();
    return { at, actor: agentActor(actor.agentId), by: { agentId: actor.agentId, at } };
  }
}
