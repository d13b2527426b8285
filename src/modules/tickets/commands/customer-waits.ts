import { Injectable } from '@nestjs/common';
import { businessCalendar, Calendars, nextOpening } from '../../business-calendar/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { answerableUntil, reminderAt, waitRulesOf } from '../domain/customer-wait.js';
import { CustomerWaitStore } from '../store/customer-wait.store.js';
import type { TicketRow } from '../store/ticket.store.js';
import { calendarOfMailbox } from './deadline-context.js';

type Waiting = Pick<TicketRow, 'id' | 'queueKey' | 'mailboxKey'>;

/**
 * Begins and ends the waits for customers' answers that a reminder and an automatic resolve follow, where they are switched
 * on. A wait goes by the rules in force when it begins; what waited before is left to people. The ticket is locked.
 */
@Injectable()
export class CustomerWaits {
  constructor(
    private readonly config: CurrentConfig,
    private readonly calendars: Calendars,
    private readonly store: CustomerWaitStore,
    private readonly outbound: Outbound,
  ) {}

  /** The ball is with the customer since `since`; an earlier wait is over. `answerId` null: set by hand. */
  async begin(tx: Tx, ticket: Waiting, since: Date, answerId: string | null): Promise<void> {
    await this.end(tx, ticket.id);
    const rules = waitRulesOf(this.config.get(), ticket);
    if (rules === null) return;
    const { remindAfter, resolveAfter } = rules;
    await this.store.begin(tx, {
      ticketId: ticket.id,
      since,
      sinceMessageId: answerId,
      remindAfter,
      resolveAfter,
      actAt: reminderAt(this.calendarOf(ticket), since, remindAfter),
    });
  }

  /** Nobody waits for the customer any more: a reminder that has not begun to leave does not leave. Safe to call twice. */
  async end(tx: Tx, ticketId: string): Promise<void> {
    const wait = await this.store.end(tx, ticketId);
    if (wait?.stage === 'reminding') await this.outbound.withdraw(tx, wait.reminderMessageId!);
  }

  /** SMTP accepted the reminder: from now on the customer has the rest of the days. Safe to call twice. */
  async reminderAccepted(
    tx: Tx,
    ticket: Waiting,
    messageId: string,
    acceptedAt: Date,
  ): Promise<void> {
    const wait = await this.store.find(tx, ticket.id);
    if (wait === null || wait.stage !== 'reminding' || wait.reminderMessageId !== messageId) return;
    const calendar = this.calendarOf(ticket);
    const until = answerableUntil(calendar, wait.since, acceptedAt, wait);
    await this.store.reminded(tx, ticket.id, acceptedAt, nextOpening(calendar, until));
  }

  private calendarOf(ticket: Waiting) {
    const name = calendarOfMailbox(this.config.get(), ticket.mailboxKey);
    return businessCalendar(this.calendars.definitionNow(name));
  }
}
