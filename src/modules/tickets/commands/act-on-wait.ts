import { Injectable } from '@nestjs/common';
import { sendingMailbox } from '../../outbound-mail/index.js';
import {
  businessCalendar,
  promiseInWords,
  type BusinessCalendar,
} from '../../business-calendar/index.js';
import type { RenderedMail } from '../../templates/index.js';
import { Automation, CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { nameForAutomaticMail } from '../domain/addresses.js';
import {
  answerableUntil,
  decideWait,
  reminderAt,
  waitRulesOf,
  type DueWait,
} from '../domain/customer-wait.js';
import { CustomerWaitStore, type CustomerWait } from '../store/customer-wait.store.js';
import { SYSTEM, type HistoryEntry } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { TicketRow } from '../store/ticket.store.js';
import { AcknowledgementServices, dayInWords } from './acknowledge-ticket.js';
import { calendarOfMailbox } from './deadline-context.js';
import { MoveStatus } from './move-status.js';
import { automaticMailAllowed } from './ticket-mail.js';

export type WaitOutcome = 'reminded' | 'resolved' | 'later' | 'over';

const HOUR_MS = 3_600_000;

/** What becomes of one ticket that waits for its customer and whose hour has come: a reminder, or it is resolved. */
@Injectable()
export class ActOnWait {
  constructor(
    private readonly config: CurrentConfig,
    private readonly services: AcknowledgementServices,
    private readonly automation: Automation,
    private readonly records: TicketRecords,
    private readonly waits: CustomerWaitStore,
    private readonly statuses: MoveStatus,
  ) {}

  /**
   * Says what came of it. Exactly once with any number of workers: under the ticket's lock, what is due is read again
   * and moved on in the same transaction as the mail or the resolve.
   */
  async run(tx: Tx, ticketId: string, now: Date): Promise<WaitOutcome> {
    const ticket = await this.records.tickets.lock(tx, ticketId);
    const wait = await this.waits.find(tx, ticketId);
    // Somebody else acted between the look and the lock.
    if (ticket === null || wait === null || wait.actAt === null || wait.actAt > now) return 'later';
    return this.act(tx, ticket, wait, now);
  }

  private async act(
    tx: Tx,
    ticket: TicketRow,
    wait: CustomerWait,
    now: Date,
  ): Promise<WaitOutcome> {
    const { calendars } = this.services;
    const name = calendarOfMailbox(this.config.get(), ticket.mailboxKey);
    const calendar = businessCalendar(calendars.definitionNow(name));
    const mailboxKey = this.liveMailbox(ticket);
    const decision = decideWait(
      calendar,
      await this.situation(tx, ticket, wait, mailboxKey, dueOf(calendar, wait), now),
      now,
    );
    if (decision.kind === 'later') {
      await this.waits.actLater(tx, ticket.id, decision.at);
      return 'later';
    }
    if (decision.kind === 'over') {
      await this.waits.end(tx, ticket.id);
      const { why } = decision;
      await this.tell(tx, ticket, now, { action: 'customer_wait_ended', after: { why } });
      return 'over';
    }
    if (decision.kind === 'remind') {
      await this.remind(tx, ticket, wait, { mailboxKey: mailboxKey!, calendar, now });
      return 'reminded';
    }
    await this.resolve(tx, ticket, { mailboxKey: mailboxKey!, now });
    return 'resolved';
  }

  private async situation(
    tx: Tx,
    ticket: TicketRow,
    wait: CustomerWait,
    mailboxKey: string | null,
    due: Date,
    now: Date,
  ): Promise<DueWait> {
    const config = this.config.get();
    const { outbound } = this.services;
    const hourAgo = new Date(now.getTime() - HOUR_MS);
    const mailAllowed = mailboxKey !== null && automaticMailAllowed(ticket);
    return {
      stage: wait.stage,
      status: ticket.status,
      enabled: waitRulesOf(config, ticket) !== null,
      escalated: ticket.escalatedTo !== null,
      mailAllowed,
      ...(await this.waits.since(tx, wait)),
      paused: mailAllowed && (await this.automation.isPaused(tx, mailboxKey)),
      crowded:
        mailAllowed &&
        (await outbound.remindersSince(tx, ticket.replyToAddress!, hourAgo)) >=
          config.automation.acknowledgementsPerSenderHour,
      mailboxRead: mailAllowed && (await this.waits.mailboxRead(tx, mailboxKey, due)),
    };
  }

  /** The mailbox that would send; null where none could, or it only observes. */
  private liveMailbox(ticket: TicketRow): string | null {
    const config = this.config.get();
    const key = sendingMailbox(ticket, config);
    return key === null || config.mailboxes[key]!.mode === 'observe' ? null : key;
  }

  private async remind(
    tx: Tx,
    ticket: TicketRow,
    wait: CustomerWait,
    { mailboxKey, calendar, now }: { mailboxKey: string; calendar: BusinessCalendar; now: Date },
  ): Promise<void> {
    const until = answerableUntil(calendar, wait.since, now, wait);
    const requesterName = await this.requesterName(tx, ticket);
    const content = await this.services.templates.render('customer-reminder', {
      requesterName,
      protocol: ticket.id,
      answeredOn: dayInWords(wait.since, calendar.zone),
      answerBy: promiseInWords(until, calendar.zone),
    });
    const mail = { mailboxKey, kind: 'reminder', content, requesterName, now } as const;
    const messageId = await this.send(tx, ticket, mail);
    await this.waits.reminding(tx, ticket.id, messageId);
    await this.tell(tx, ticket, now, {
      action: 'customer_reminded',
      after: { messageId, answerBy: until.toISOString() },
    });
  }

  /** D9: as `no_response`; told once, by one short mail without the question for feedback (D12). No activity of anybody's. */
  private async resolve(
    tx: Tx,
    ticket: TicketRow,
    { mailboxKey, now }: { mailboxKey: string; now: Date },
  ): Promise<void> {
    const requesterName = await this.requesterName(tx, ticket);
    const resolved = await this.statuses.resolve(tx, ticket, {
      closeReason: 'no_response',
      at: now,
    });
    await this.records.tickets.save(tx, ticket);
    await this.tell(tx, ticket, now, resolved);
    const content = await this.services.templates.render('closed-no-response', {
      requesterName,
      protocol: ticket.id,
    });
    await this.send(tx, ticket, { mailboxKey, kind: 'closing', content, requesterName, now });
  }

  private async send(
    tx: Tx,
    ticket: TicketRow,
    mail: {
      mailboxKey: string;
      kind: 'reminder' | 'closing';
      content: RenderedMail;
      requesterName: string | null;
      now: Date;
    },
  ): Promise<string> {
    const { mailboxKey, kind, content, now } = mail;
    const to = [
      {
        address: ticket.replyToAddress!,
        name: nameForAutomaticMail(mail.requesterName ?? ''),
      },
    ];
    const references = await this.records.messages.references(tx, ticket.id, null);
    const messageId = await this.records.messages.insert(tx, {
      ticketId: ticket.id,
      kind: 'automatic',
      authorKind: 'system',
      subject: content.subject,
      text: content.text,
      html: content.html,
      to,
      details: { what: kind },
      createdAt: now,
    });
    const enqueued = await this.services.outbound.enqueue(tx, {
      mailboxKey,
      kind,
      automatic: true,
      ticketId: ticket.id,
      ticketMessageId: messageId,
      dedupeKey: `${kind}:${messageId}`,
      to,
      cc: [],
      content,
      references,
      attachments: [],
      now,
    });
    // Rolled back: nothing that looks sent may stand in the conversation, and nothing is resolved in silence.
    if (enqueued === null) throw new Error(`The ${kind} of ticket ${ticket.id} has no recipient`);
    return messageId;
  }

  private async requesterName(tx: Tx, ticket: TicketRow): Promise<string | null> {
    if (ticket.requesterId === null) return null;
    return (await this.services.requesters.byId(tx, ticket.requesterId))?.name ?? null;
  }

  private tell(tx: Tx, ticket: TicketRow, now: Date, entry: HistoryEntry): Promise<void> {
    return this.records.history.append(tx, ticket.id, now, SYSTEM, [entry]);
  }
}

/** When what the wait has come to was due: an answer that came by then must be known. */
function dueOf(calendar: BusinessCalendar, wait: CustomerWait): Date {
  return wait.remindedAt === null
    ? reminderAt(calendar, wait.since, wait.remindAfter)
    : answerableUntil(calendar, wait.since, wait.remindedAt, wait);
}
