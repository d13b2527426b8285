import { Injectable } from '@nestjs/common';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import type { CloseReason } from '../domain/ticket-status.js';
import { SYSTEM, type HistoryEntry } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { CustomerWaits } from './customer-waits.js';
import { deadlineContext } from './deadline-context.js';

/** Resolving and reopening with what follows for the clocks; the caller saves the ticket and writes the history. */
@Injectable()
export class MoveStatus {
  constructor(
    private readonly config: CurrentConfig,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly waits: CustomerWaits,
  ) {}

  /** No return clock runs on (D17); the resolution clock is met (D14); the escalation is over. */
  async resolve(
    tx: Tx,
    ticket: TicketRow,
    how: { closeReason: CloseReason | null; at: Date },
  ): Promise<HistoryEntry> {
    const before = { status: ticket.status, closeReason: ticket.closeReason };
    const { at, closeReason } = how;
    await this.stopWaiting(tx, ticket);
    await this.sla.cancelReturn(tx, {
      ticketId: ticket.id,
      at,
      reason: closeReason ?? 'resolved',
    });
    takeDeadline(
      ticket,
      await this.sla.resolutionEnded(tx, { ticketId: ticket.id, at, reason: 'resolved' }),
    );
    ticket.status = 'resolved';
    ticket.closeReason = closeReason;
    ticket.resolvedAt = at;
    if (ticket.escalatedTo !== null) await this.closeShares(tx, ticket.id, at);
    ticket.escalatedTo = null;
    ticket.escalatedAt = null;
    return { action: 'status_changed', before, after: { status: 'resolved', closeReason } };
  }

  /** The ball is with the customer by hand: what we still owed (`then: open`) is called off (D17). */
  async awaitCustomer(tx: Tx, ticket: TicketRow, at: Date): Promise<HistoryEntry> {
    const before = { status: ticket.status };
    ticket.status = 'awaiting_customer';
    takeDeadline(ticket, await this.sla.awaitingCustomer(tx, { ticketId: ticket.id, at }));
    await this.waits.begin(tx, ticket, at, null);
    return {
      action: 'status_changed',
      before,
      after: { status: 'awaiting_customer', why: 'agent' },
    };
  }

  /** The ticket is about to leave `awaiting_customer`, if it is there: no reminder and no automatic resolve follow. */
  async stopWaiting(tx: Tx, ticket: TicketRow): Promise<void> {
    if (ticket.status === 'awaiting_customer') await this.waits.end(tx, ticket.id);
  }

  /** What a second team holds of a ticket in a private queue (D20) ends with it. */
  private async closeShares(tx: Tx, ticketId: string, at: Date): Promise<void> {
    for (const shared of await this.records.tickets.openSharesOf(tx, ticketId)) {
      const entry = await this.resolve(tx, shared, { closeReason: 'no_answer_needed', at });
      await this.records.tickets.save(tx, shared);
      await this.records.history.append(tx, shared.id, at, SYSTEM, [entry]);
    }
  }

  /**
   * The ball is with us again: the return clock starts at the oldest message that has no answer (D13), or, where all
   * have theirs, now: we owe more (D9).
   */
  async open(
    tx: Tx,
    ticket: TicketRow,
    how: { at: Date; why: string; reopenReason?: string },
  ): Promise<HistoryEntry> {
    const before = { status: ticket.status, closeReason: ticket.closeReason };
    await this.stopWaiting(tx, ticket);
    ticket.status = 'open';
    ticket.closeReason = null;
    ticket.resolvedAt = null;
    await this.startReturnClock(tx, ticket, how.at);
    const { why, reopenReason } = how;
    return {
      action: 'status_changed',
      before,
      after: { status: 'open', why, ...(reopenReason === undefined ? {} : { reopenReason }) },
    };
  }

  /**
   * A return clock that this message alone had started ends; the customer's own messages that came after it keep their
   * promise.
   */
  async endClockOf(
    tx: Tx,
    ticket: TicketRow,
    messageId: string,
    { at, why }: { at: Date; why: string },
  ): Promise<void> {
    if (!(await this.records.tickets.returnClockStartedBy(tx, ticket.id, messageId))) return;
    const end = { ticketId: ticket.id, at, reason: why };
    takeDeadline(ticket, await this.sla.cancelReturn(tx, end));
    await this.startReturnClock(tx, ticket, null);
  }

  /** A return clock unless one runs; `owedSince` where every message has its answer, and null then starts none. */
  async startReturnClock(tx: Tx, ticket: TicketRow, owedSince: Date | null): Promise<void> {
    const { oldestUnanswered, everAnswered } = await this.records.messages.answerState(
      tx,
      ticket.id,
    );
    const last =
      oldestUnanswered === null && owedSince !== null
        ? await this.records.messages.lastInbound(tx, ticket.id)
        : null;
    const start =
      oldestUnanswered ?? (last === null ? null : { messageId: last.id, receivedAt: owedSince! });
    if (start === null) return;
    takeDeadline(
      ticket,
      await this.sla.customerMessage(tx, {
        ticketId: ticket.id,
        messageId: start.messageId,
        startedAt: start.receivedAt,
        first: !everAnswered,
        ...deadlineContext(this.config.get(), ticket),
      }),
    );
  }
}
