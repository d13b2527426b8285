import { Injectable } from '@nestjs/common';
import { Mailboxes } from '../../mailboxes/index.js';
import { Queues, type AccessScope } from '../../queues/index.js';
import { Requesters } from '../../requesters/index.js';
import { AppError, type Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import type { HistoryEntry } from '../store/history.store.js';
import { ParticipantStore } from '../store/participant.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import type { TicketChange } from './change-ticket.js';
import { CorrectReason } from './correct-reason.js';
import { MoveQueue } from './move-queue.js';

type Changes = HistoryEntry[];

/** Who asks, why, who works it and who holds it. */
@Injectable()
export class ChangeRouting {
  constructor(
    private readonly queues: Queues,
    private readonly requesters: Requesters,
    private readonly mailboxes: Mailboxes,
    private readonly participants: ParticipantStore,
    private readonly reasons: CorrectReason,
    private readonly moves: MoveQueue,
  ) {}

  /** Changes the (locked) row and says what changed; the caller saves. */
  async apply(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    change: TicketChange,
    now: Date,
  ): Promise<Changes> {
    return [
      ...(await this.requester(tx, scope, ticket, change, now)),
      ...(change.reason === undefined
        ? []
        : await this.reasons.run(tx, scope, ticket, change.reason, now)),
      ...(await this.queue(tx, ticket, change)),
      ...(await this.assignee(tx, scope, ticket, change)),
    ];
  }

  private async requester(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    change: TicketChange,
    now: Date,
  ): Promise<Changes> {
    if (change.requester === undefined) return [];
    if (change.requester.address == null) {
      return this.requesterName(tx, ticket, change.requester.name.trim(), now);
    }
    const address = sameAddress(change.requester.address);
    if (this.mailboxes.ownAddresses().includes(address)) {
      throw invalid('requester', 'is one of our own addresses');
    }
    const requester = await this.requesters.findOrCreate(tx, {
      address,
      name: change.requester.name,
      now,
    });
    if (requester.id === ticket.requesterId && address === ticket.requesterAddress) return [];
    const before = { requesterId: ticket.requesterId };
    ticket.requesterId = requester.id;
    ticket.requesterAddress = address;
    ticket.replyToAddress = address;
    // The warnings were about the sender who no longer is the one who asks.
    ticket.marks = ticket.marks.filter(
      (mark) => mark !== 'sem_remetente' && mark !== 'reply_to_diferente',
    );
    await this.participants.add(
      tx,
      ticket.id,
      [{ address, name: change.requester.name, role: 'requester' }],
      `agent:${scope.actor.agentId}`,
      now,
    );
    return [{ action: 'requester_changed', before, after: { requesterId: requester.id } }];
  }

  /** How the requester is called; where there is none yet, somebody of whom only the name is known (D6). */
  private async requesterName(
    tx: Tx,
    ticket: TicketRow,
    name: string,
    now: Date,
  ): Promise<Changes> {
    if (name === '') throw invalid('requester', 'needs an address or a name');
    if (ticket.requesterId === null) {
      const { id } = await this.requesters.createNamed(tx, { name, now });
      ticket.requesterId = id;
      return [
        {
          action: 'requester_changed',
          before: { requesterId: null },
          after: { requesterId: id, name },
        },
      ];
    }
    const former = await this.requesters.rename(tx, ticket.requesterId, name);
    if (former === name) return [];
    return [{ action: 'requester_renamed', before: { name: former }, after: { name } }];
  }

  /** An explicit queue, else the queue of a corrected reason (D4). */
  private queue(tx: Tx, ticket: TicketRow, change: TicketChange): Promise<Changes> {
    const ofReason = change.reason == null ? null : this.reasons.queueOf(change.reason);
    return this.moves.run(tx, ticket, {
      to: change.queue ?? ofReason ?? ticket.queueKey,
      why: change.queue === undefined ? 'reason' : 'agent',
      keepAssignee: change.assignee !== undefined,
    });
  }

  private async assignee(
    tx: Tx,
    scope: AccessScope,
    ticket: TicketRow,
    change: TicketChange,
  ): Promise<Changes> {
    if (change.assignee === undefined) return [];
    const wanted = await this.agentId(tx, scope, change.assignee);
    if (wanted === ticket.assigneeId) return [];
    if (wanted !== null && !(await this.queues.mayWork(tx, wanted, ticket.queueKey))) {
      throw invalid('assignee', 'may not work tickets of this queue');
    }
    const before = { assignee: ticket.assigneeId };
    ticket.assigneeId = wanted;
    return [{ action: 'assignee_changed', before, after: { assignee: wanted } }];
  }

  private async agentId(tx: Tx, scope: AccessScope, said: string | null): Promise<string | null> {
    if (said === null) return null;
    if (said === 'me') return scope.actor.agentId;
    const id = said.includes('@')
      ? await this.participants.agentByEmail(tx, said.toLowerCase())
      : UUID.test(said)
        ? said.toLowerCase()
        : null;
    if (id === null) throw invalid('assignee', 'is no agent');
    return id;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function invalid(path: string, reason: string): AppError {
  return new AppError('validation_failed', { fields: [{ path, reason }] });
}
