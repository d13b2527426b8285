import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { Sla } from '../../sla/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { checkVersion, type ExpectedVersion } from '../../../platform/http/index.js';
import { nextStatus } from '../domain/ticket-status.js';
import { agentActor, type HistoryActor, type HistoryEntry } from '../store/history.store.js';
import { TicketAccess } from '../store/ticket-access.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { raiseLastActivity } from './add-customer-message.js';
import { MoveStatus } from './move-status.js';

interface HandBack {
  readonly agentId: string;
  readonly agentName: string;
  readonly outcome: string;
  readonly now: Date;
}

/** The second team hands back with an outcome (D11): the resolution clock is met (D14), the ball is with the first line. */
@Injectable()
export class HandBackTicket {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly access: TicketAccess,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly statuses: MoveStatus,
  ) {}

  /** AppErrors: `not_found`; `invalid_transition` where nothing is escalated; `validation_failed` without an outcome. */
  run(
    scope: AccessScope,
    protocol: string,
    request: { outcome: string; expected: ExpectedVersion },
  ): Promise<{ ticketId: string }> {
    return this.database.inTransaction(async (tx) => {
      const ticket = await this.access.toChange(tx, scope, protocol);
      checkVersion(ticket.version, request.expected);
      const outcome = request.outcome.trim();
      if (outcome === '') {
        throw new AppError('validation_failed', {
          fields: [{ path: 'outcome', reason: 'must say what came of it' }],
        });
      }
      const back = {
        agentId: scope.actor.agentId,
        agentName: scope.actor.name,
        outcome,
        now: this.clock.now(),
      };
      if (ticket.escalationOf !== null && ticket.status !== 'resolved') {
        await this.closeShared(tx, ticket, back);
        const owner = await this.records.tickets.lock(tx, ticket.escalationOf);
        if (owner !== null && owner.escalatedTo !== null) await this.handBack(tx, owner, back);
      } else if (ticket.escalatedTo !== null) {
        await this.handBack(tx, ticket, back);
        for (const shared of await this.records.tickets.openSharesOf(tx, ticket.id)) {
          await this.closeShared(tx, shared, back);
        }
      } else {
        throw new AppError('invalid_transition', {
          detail: 'O chamado não está direcionado a outro time.',
          detailEn: 'The ticket is not escalated.',
        });
      }
      return { ticketId: ticket.id };
    });
  }

  private async handBack(tx: Tx, ticket: TicketRow, back: HandBack): Promise<void> {
    const messageId = await this.note(tx, ticket.id, back, { handedBackFrom: ticket.escalatedTo });
    takeDeadline(
      ticket,
      await this.sla.resolutionEnded(tx, {
        ticketId: ticket.id,
        at: back.now,
        reason: 'handed_back',
      }),
    );
    const history: HistoryEntry[] = [
      {
        action: 'handed_back',
        before: { escalatedTo: ticket.escalatedTo },
        after: { escalatedTo: null, messageId },
      },
    ];
    ticket.escalatedTo = null;
    ticket.escalatedAt = null;
    const moved = nextStatus(ticket.status, 'handed_back');
    if (moved.kind === 'moved' && moved.to !== ticket.status) {
      history.push({
        action: 'status_changed',
        before: { status: ticket.status },
        after: { status: moved.to, why: 'handed_back' },
      });
      await this.statuses.stopWaiting(tx, ticket);
      ticket.status = moved.to;
      takeDeadline(ticket, await this.sla.resumed(tx, { ticketId: ticket.id, at: back.now }));
    }
    await this.finish(tx, ticket, agentActor(back.agentId), back.now, history);
  }

  /** The second team's own ticket (D20) ends with the hand-back. */
  private async closeShared(tx: Tx, shared: TicketRow, back: HandBack): Promise<void> {
    await this.note(tx, shared.id, back, { handedBack: true });
    const entry = await this.statuses.resolve(tx, shared, {
      closeReason: 'no_answer_needed',
      at: back.now,
    });
    await this.finish(tx, shared, agentActor(back.agentId), back.now, [entry]);
  }

  private note(
    tx: Tx,
    ticketId: string,
    back: HandBack,
    details: Record<string, unknown>,
  ): Promise<string> {
    return this.records.messages.insert(tx, {
      ticketId,
      kind: 'note',
      authorKind: 'agent',
      authorAgentId: back.agentId,
      authorName: back.agentName,
      text: back.outcome,
      details,
      createdAt: back.now,
    });
  }

  private async finish(
    tx: Tx,
    ticket: TicketRow,
    actor: HistoryActor,
    now: Date,
    history: readonly HistoryEntry[],
  ): Promise<void> {
    raiseLastActivity(ticket, now);
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, now, actor, history);
  }
}
