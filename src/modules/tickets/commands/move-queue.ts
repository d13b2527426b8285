import { Injectable } from '@nestjs/common';
import { RedirectWaitingMail, sendingMailbox } from '../../outbound-mail/index.js';
import { Queues } from '../../queues/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, type Tx } from '../../../platform/index.js';
import type { HistoryEntry } from '../store/history.store.js';
import type { TicketRow } from '../store/ticket.store.js';

/** Moves a ticket to another queue. Its clocks go on as they are, so there is nothing to tell the customer (D19). */
@Injectable()
export class MoveQueue {
  constructor(
    private readonly config: CurrentConfig,
    private readonly queues: Queues,
    private readonly waiting: RedirectWaitingMail,
  ) {}

  /**
   * Changes the (locked) row and says what changed; the caller saves. Every move is recorded, with whether a private
   * queue's border was crossed (D20): then mail that waits takes the identity of the new side, and notices that wait
   * reach members alone. An assignee who may not work there is dropped unless `keepAssignee`. AppError
   * `validation_failed` naming `queue`.
   */
  async run(
    tx: Tx,
    ticket: TicketRow,
    move: { readonly to: string; readonly why: 'agent' | 'reason'; readonly keepAssignee: boolean },
  ): Promise<HistoryEntry[]> {
    const config = this.config.get();
    const { queues } = config;
    const { to, why } = move;
    if (to === ticket.queueKey) return [];
    if (queues[to]?.retired !== false) {
      const fields = [{ path: 'queue', reason: 'is not a queue in use' }];
      throw new AppError('validation_failed', { fields });
    }
    const left = queues[ticket.queueKey]?.private ?? false;
    const entry: HistoryEntry = {
      action: 'queue_changed',
      before: { queue: ticket.queueKey, private: left },
      after: { queue: to, private: queues[to].private, why },
    };
    // An escalation goes on, also into the very team that has it: its promise ends by a hand-back or `resolved` (D14).
    ticket.queueKey = to;
    if (left || queues[to].private) {
      await this.waiting.run(tx, {
        ticketId: ticket.id,
        mailboxKey: sendingMailbox(ticket, config),
        notify: queues[to].private
          ? (await this.queues.membersOf(to)).map(({ email }) => email)
          : null,
      });
    }
    if (move.keepAssignee || ticket.assigneeId === null) return [entry];
    if (await this.queues.mayWork(tx, ticket.assigneeId, to)) return [entry];
    const dropped = ticket.assigneeId;
    ticket.assigneeId = null;
    return [
      entry,
      {
        action: 'assignee_changed',
        before: { assignee: dropped },
        after: { assignee: null, why: 'not_in_queue' },
      },
    ];
  }
}
