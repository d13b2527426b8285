import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import {
  decideStatusByAgent,
  type CloseReason,
  type TicketStatus,
} from '../domain/ticket-status.js';
import { agentActor, type HistoryEntry } from '../store/history.store.js';
import { TicketAccess } from '../store/ticket-access.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { Priority, TicketRow } from '../store/ticket.store.js';
import { raiseLastActivity } from './add-customer-message.js';
import { ChangeRouting } from './change-routing.js';
import { MoveStatus } from './move-status.js';

/** What an agent changes; absent fields stay as they are. */
export interface TicketChange {
  readonly status?: TicketStatus;
  readonly closeReason?: CloseReason;
  readonly reopenReason?: string;
  /** null: "a classificar". */
  readonly reason?: string | null;
  readonly queue?: string;
  /** An agent's id or e-mail, `me`, or null. */
  readonly assignee?: string | null;
  /** Another person by address; a name alone corrects the name of the one there is, or says who called. */
  readonly requester?: { readonly address?: string; readonly name: string };
  readonly priority?: Priority;
  readonly tags?: readonly string[];
  /** A ticket from automatic mail that is a person's after all (D17). */
  readonly lane?: 'inbox';
  readonly expected: ExpectedVersion;
}

/** PATCH of a ticket: one transaction, one version, one history entry for each thing changed. */
@Injectable()
export class ChangeTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly access: TicketAccess,
    private readonly records: TicketRecords,
    private readonly routing: ChangeRouting,
    private readonly statuses: MoveStatus,
  ) {}

  /**
   * A move leaves running clocks alone (D19). AppErrors: `not_found`, `stale_version`, `precondition_failed`,
   * `invalid_transition`, `validation_failed` naming the field. A change that changes nothing raises no version.
   */
  run(scope: AccessScope, protocol: string, change: TicketChange): Promise<{ ticketId: string }> {
    return this.database.inTransaction(async (tx) => {
      const ticket = await this.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, change.expected);
      const now = this.clock.now();
      const history = [
        ...(await this.routing.apply(tx, scope, ticket, change, now)),
        ...this.labels(ticket, change),
        ...(await this.toInbox(tx, ticket, change)),
        ...(await this.status(tx, ticket, change, now)),
      ];
      if (history.length === 0) return { ticketId: ticket.id };
      raiseLastActivity(ticket, now);
      await this.records.tickets.save(tx, ticket);
      const actor = agentActor(scope.actor.agentId);
      await this.records.history.append(tx, ticket.id, now, actor, history);
      return { ticketId: ticket.id };
    });
  }

  private labels(ticket: TicketRow, change: TicketChange): HistoryEntry[] {
    const history: HistoryEntry[] = [];
    if (change.priority !== undefined && change.priority !== ticket.priority) {
      history.push({
        action: 'priority_changed',
        before: { priority: ticket.priority },
        after: { priority: change.priority },
      });
      ticket.priority = change.priority;
    }
    if (change.tags !== undefined) {
      const tags = [...new Set(change.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
      if (JSON.stringify(tags) !== JSON.stringify(ticket.tags)) {
        history.push({ action: 'tags_changed', before: { tags: ticket.tags }, after: { tags } });
        ticket.tags = tags;
      }
    }
    return history;
  }

  /** D17: an agent marks automatic mail as a person's: its clock runs from `receivedAt`. */
  private async toInbox(tx: Tx, ticket: TicketRow, change: TicketChange): Promise<HistoryEntry[]> {
    if (change.lane === undefined || ticket.lane === 'inbox') return [];
    if (ticket.lane === 'suspected') {
      throw new AppError('invalid_transition', {
        detail: 'Libere o chamado suspeito em vez de mudar a faixa.',
        detailEn: 'Release a suspect with DELETE …/spam instead.',
      });
    }
    const before = { lane: ticket.lane };
    ticket.lane = 'inbox';
    await this.records.messages.markAsPersons(tx, ticket.id);
    if (ticket.status !== 'resolved') await this.statuses.startReturnClock(tx, ticket, null);
    return [{ action: 'lane_changed', before, after: { lane: 'inbox' } }];
  }

  private async status(
    tx: Tx,
    ticket: TicketRow,
    change: TicketChange,
    now: Date,
  ): Promise<HistoryEntry[]> {
    if (change.status === undefined) return misplacedReason(change);
    const answers = await this.records.messages.answerState(tx, ticket.id);
    const decision = decideStatusByAgent({
      from: ticket.status,
      to: change.status,
      closeReason: change.closeReason ?? null,
      reopenReason: change.reopenReason ?? null,
      unanswered: answers.oldestUnanswered !== null,
      everAnswered: answers.everAnswered,
    });
    if (decision.kind === 'unchanged') return [];
    if (decision.kind === 'refused') {
      throw new AppError(decision.why === 'missing' ? 'validation_failed' : 'invalid_transition', {
        detail: decision.detail,
        detailEn: decision.detailEn,
        fields: [{ path: decision.field, reason: decision.detailEn }],
      });
    }
    if (decision.to === 'resolved') {
      if (ticket.escalationOf !== null) {
        throw new AppError('invalid_transition', {
          detail: 'Devolva o direcionamento com o resultado em vez de resolver.',
          detailEn: 'Hand back with DELETE …/escalation and an outcome instead.',
        });
      }
      const closeReason = change.closeReason ?? null;
      return [await this.statuses.resolve(tx, ticket, { closeReason, at: now })];
    }
    if (decision.to === 'open') {
      const reopenReason = change.reopenReason?.trim();
      return [
        await this.statuses.open(tx, ticket, {
          at: now,
          why: 'agent',
          ...(reopenReason === undefined ? {} : { reopenReason }),
        }),
      ];
    }
    return [await this.statuses.awaitCustomer(tx, ticket, now)];
  }
}

/** A reason for a change that is not asked for is a mistake that should not pass in silence. */
function misplacedReason(change: TicketChange): HistoryEntry[] {
  const path =
    change.closeReason !== undefined
      ? 'closeReason'
      : change.reopenReason !== undefined
        ? 'reopenReason'
        : null;
  if (path === null) return [];
  throw new AppError('validation_failed', {
    fields: [{ path, reason: 'needs a status to go with it' }],
  });
}
