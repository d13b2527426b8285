import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../queues/index.js';
import { AppError, Clock, Database, type Tx } from '../../../platform/index.js';
import { sameAddress } from '../domain/addresses.js';
import { agentActor, type HistoryEntry } from '../store/history.store.js';
import { TicketAccess } from '../store/ticket-access.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { MessageRow } from '../store/message.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { AcceptOutsideAnswer } from './accept-outside-answer.js';
import { raiseLastActivity } from './add-customer-message.js';
import { THIRD_PARTY_MARK } from './add-other-message.js';
import { MoveStatus } from './move-status.js';

/** An agent's word on a stranger's message that waits on a ticket (D26). */
@Injectable()
export class DecideMessage {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly access: TicketAccess,
    private readonly records: TicketRecords,
    private readonly statuses: MoveStatus,
    private readonly outside: AcceptOutsideAnswer,
  ) {}

  /**
   * The sender takes part from now on and the message is the customer side's: the ticket is open, with the clock that
   * runs since the message was received (D17). On a resolved ticket it reopens. Mail from an agent's own address becomes
   * the answer that it is (D24).
   */
  accept(scope: AccessScope, protocol: string, messageId: string): Promise<{ ticketId: string }> {
    return this.decide(scope, protocol, messageId, async (tx, ticket, message, now) => {
      const answered = await this.outside.run(tx, ticket, message, now);
      if (answered !== null) return answered;
      await this.records.messages.decideWaiting(tx, message.id, 'accepted');
      if (message.authorAddress !== null) {
        const address = sameAddress(message.authorAddress);
        await this.records.participants.add(
          tx,
          ticket.id,
          [{ address, name: message.authorName, role: 'accepted' }],
          `agent:${scope.actor.agentId}`,
          now,
        );
      }
      const history: HistoryEntry[] = [{ action: 'third_party_accepted', after: { messageId } }];
      if (ticket.status !== 'open') {
        history.push(
          await this.statuses.open(tx, ticket, { at: now, why: 'third_party_accepted' }),
        );
      }
      return history;
    });
  }

  /** It stays on the ticket as rejected; a clock that it alone had started ends (D17). */
  reject(scope: AccessScope, protocol: string, messageId: string): Promise<{ ticketId: string }> {
    return this.decide(scope, protocol, messageId, async (tx, ticket, message, now) => {
      await this.records.messages.decideWaiting(tx, message.id, 'rejected');
      await this.statuses.endClockOf(tx, ticket, message.id, {
        at: now,
        why: 'third_party_rejected',
      });
      return [{ action: 'third_party_rejected', after: { messageId } }];
    });
  }

  private decide(
    scope: AccessScope,
    protocol: string,
    messageId: string,
    work: (tx: Tx, ticket: TicketRow, message: MessageRow, now: Date) => Promise<HistoryEntry[]>,
  ): Promise<{ ticketId: string }> {
    return this.database.inTransaction(async (tx) => {
      const now = this.clock.now();
      const ticket = await this.access.toChange(tx, scope, protocol);
      const message = await this.records.messages.onTicket(tx, ticket.id, messageId);
      if (message === null) throw new AppError('not_found');
      if (message.waiting !== 'pending') {
        throw new AppError('invalid_transition', {
          detail: 'Esta mensagem não está aguardando decisão.',
          detailEn: 'This message does not wait for a decision.',
        });
      }
      const history = await work(tx, ticket, message, now);
      if (!(await this.records.messages.anyWaiting(tx, ticket.id))) {
        ticket.marks = ticket.marks.filter((mark) => mark !== THIRD_PARTY_MARK);
      }
      raiseLastActivity(ticket, now);
      await this.records.tickets.save(tx, ticket);
      const actor = agentActor(scope.actor.agentId);
      await this.records.history.append(tx, ticket.id, now, actor, history);
      return { ticketId: ticket.id };
    });
  }
}
