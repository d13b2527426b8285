import { Injectable } from '@nestjs/common';
import { Sla } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { AppError, Clock, EventBus, type Tx } from '../../../platform/index.js';
import type { CustomerMessage } from '../domain/customer-message.js';
import { ticketScored } from '../events.js';
import { CUSTOMER, SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import { takeDeadline, type TicketRow } from '../store/ticket.store.js';
import { fromOutside, raiseLastActivity } from './add-customer-message.js';
import { deadlineContext } from './deadline-context.js';

/** Shown while a message of a stranger waits for an agent's word (D26). */
export const THIRD_PARTY_MARK = 'terceiro_aguardando';

/** What a machine's message on a ticket is; `listed`: automatic mail on the list of the day. */
export type MachineMessage = 'auto_reply' | 'bounce' | 'receipt' | 'complaint' | 'listed';

/** Messages that join a ticket without being the customer's turn in the conversation. */
@Injectable()
export class AddOtherMessage {
  constructor(
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
    private readonly records: TicketRecords,
    private readonly sla: Sla,
    private readonly bus: EventBus,
  ) {}

  /** Bare thanks on a resolved ticket (D9): visible, and the last activity; no clock, no status, no acknowledgement. */
  async courtesy(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage },
  ): Promise<{ messageId: string }> {
    const ticket = await this.locked(tx, input.ticketId);
    const messageId = await this.records.messages.insert(
      tx,
      fromOutside(ticket.id, input.message, 'courtesy', 'customer'),
    );
    raiseLastActivity(ticket, input.message.receivedAt);
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, this.clock.now(), CUSTOMER, [
      { action: 'courtesy_received', after: { messageId } },
    ]);
    return { messageId };
  }

  /** A score by mail (D12): shown as the courtesy that it is, and told to who keeps feedback. */
  async score(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; score: number },
  ): Promise<{ messageId: string }> {
    const { ticketId, message, score } = input;
    const added = await this.courtesy(tx, { ticketId, message });
    await this.bus.publish(tx, ticketScored, { ticketId, score });
    return added;
  }

  /** With thread proof but from a stranger (D26): waits, with a clock like everything that a person sent (D17). */
  async thirdParty(
    tx: Tx,
    input: { ticketId: string; message: CustomerMessage; why: string },
  ): Promise<{ messageId: string }> {
    const ticket = await this.locked(tx, input.ticketId);
    const messageId = await this.records.messages.insert(tx, {
      ...fromOutside(ticket.id, input.message, 'third_party', 'third_party'),
      waiting: 'pending',
      details: { why: input.why },
    });
    // A resolved ticket runs no clock (D17): the stranger's message waits there visibly, for an agent to accept or not.
    if (ticket.status !== 'resolved') {
      const state = await this.records.messages.answerState(tx, ticket.id);
      takeDeadline(
        ticket,
        await this.sla.customerMessage(tx, {
          ticketId: ticket.id,
          messageId,
          startedAt: input.message.receivedAt,
          first: !state.everAnswered,
          ...deadlineContext(this.config.get(), ticket),
        }),
      );
    }
    if (!ticket.marks.includes(THIRD_PARTY_MARK))
      ticket.marks = [...ticket.marks, THIRD_PARTY_MARK];
    await this.records.tickets.save(tx, ticket);
    await this.records.history.append(tx, ticket.id, this.clock.now(), SYSTEM, [
      { action: 'third_party_waiting', after: { messageId, why: input.why } },
    ]);
    return { messageId };
  }

  /** Recorded (D13, D21): no status, no clock, no last activity; a new version only with a mark. */
  async machine(
    tx: Tx,
    input: {
      ticketId: string;
      message: CustomerMessage;
      what: MachineMessage;
      meaning?: string | null;
      mark?: string | null;
    },
  ): Promise<{ messageId: string }> {
    const { what, meaning = null, mark = null } = input;
    const ticket = await this.locked(tx, input.ticketId);
    const messageId = await this.records.messages.insert(tx, {
      ...fromOutside(ticket.id, input.message, 'event', 'system'),
      details: { what, automatic: true, ...(meaning === null ? {} : { meaning }) },
    });
    if (mark !== null && !ticket.marks.includes(mark)) {
      ticket.marks = [...ticket.marks, mark];
      await this.records.tickets.save(tx, ticket);
    }
    await this.records.history.append(tx, ticket.id, this.clock.now(), SYSTEM, [
      {
        action: `${what}_received`,
        after: { messageId, ...(meaning === null ? {} : { meaning }) },
      },
    ]);
    return { messageId };
  }

  private async locked(tx: Tx, ticketId: string): Promise<TicketRow> {
    const ticket = await this.records.tickets.lock(tx, ticketId);
    if (ticket === null) throw new AppError('not_found');
    return ticket;
  }
}
