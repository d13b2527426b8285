import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  businessCalendar,
  type BusinessCalendar,
  Calendars,
  nextOpening,
  rfc3339,
} from '../../business-calendar/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Queues } from '../../queues/index.js';
import { slaBreached, slaWarned, type ClockNews } from '../../sla/index.js';
import { Templates } from '../../templates/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, EventBus, type Tx } from '../../../platform/index.js';
import { calendarOfMailbox } from '../commands/deadline-context.js';
import { sendingMailbox } from '../domain/sending-mailbox.js';
import { SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';
import type { TicketRow } from '../store/ticket.store.js';

type News = 'warned' | 'breached';

const KIND_IN_WORDS: Readonly<Record<string, string>> = {
  first_return: 'retorno',
  next_return: 'retorno',
  resolution: 'resolução',
  overall_resolution: 'resolução',
  internal_return: 'meta interna de retorno',
  internal_resolution: 'meta interna de resolução',
};

/** Notices to agents by mail, only with `notifications.email` (D19). */
@Injectable()
export class DeadlineNotices {
  constructor(
    private readonly config: CurrentConfig,
    private readonly queues: Queues,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
    private readonly calendars: Calendars,
  ) {}

  /** The calendar of the mailbox whose ticket it is (D16). */
  calendarOf(ticket: TicketRow): BusinessCalendar {
    const name = calendarOfMailbox(this.config.get(), ticket.mailboxKey);
    return businessCalendar(this.calendars.definitionNow(name));
  }

  /** In service hours only (D18). To the holder, else to everybody of the queue that owes: for a resolution the second team's. */
  async send(
    tx: Tx,
    ticket: TicketRow,
    news: News,
    clock: ClockNews & { kind: string },
    now: Date,
  ): Promise<void> {
    const config = this.config.get();
    if (!config.notifications.email) return;
    const mailboxKey = sendingMailbox(ticket, config);
    if (mailboxKey === null) return;
    const calendar = this.calendarOf(ticket);
    const queueKey =
      clock.kind === 'resolution' && ticket.escalatedTo !== null
        ? ticket.escalatedTo
        : ticket.queueKey;
    const members = await this.queues.membersOf(queueKey);
    const holder = members.find((one) => one.agentId === ticket.assigneeId);
    const content = await this.templates.render(
      news === 'warned' ? 'notice-warning' : 'notice-breach',
      {
        protocol: ticket.id,
        queueName: config.queues[queueKey]?.name ?? queueKey,
        deadlineKind: KIND_IN_WORDS[clock.kind] ?? 'retorno',
        dueAt: words(new Date(clock.dueAt), calendar.zone),
        assigneeName: holder?.name ?? null,
      },
    );
    for (const agent of holder === undefined ? members : [holder]) {
      await this.outbound.enqueue(tx, {
        mailboxKey,
        kind: 'notice',
        automatic: true,
        ticketId: ticket.id,
        ticketMessageId: null,
        dedupeKey: `notice:${news}:${clock.warnedAt ?? ''}:${clock.clockId}:${agent.agentId}`,
        to: [{ address: agent.email, name: agent.name }],
        cc: [],
        content,
        references: [],
        attachments: [],
        notBefore: nextOpening(calendar, now),
        now,
      });
    }
  }
}

/** A deadline draws near or has passed (D19): seen on the ticket, and told to the right queue where that is wanted. */
@Injectable()
export class OnSlaNews implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
    private readonly notices: DeadlineNotices,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe(slaWarned, 'tickets', (tx, news) => this.handle(tx, 'warned', news));
    this.bus.subscribe(slaBreached, 'tickets', (tx, news) => this.handle(tx, 'breached', news));
  }

  /** The clock's row says whether the news still holds: an answer may have come between the mark and this delivery. */
  async handle(tx: Tx, news: News, clock: ClockNews): Promise<void> {
    const ticket = await this.records.tickets.lock(tx, clock.ticketId);
    if (ticket === null) return;
    const at = await this.records.tickets.clockMark(tx, clock.clockId);
    if (at === null) return;
    const when = (news === 'warned' ? at.warnedAt : at.breachedAt) ?? new Date(clock.dueAt);
    const { zone } = this.notices.calendarOf(ticket);
    const dueAt = words(new Date(clock.dueAt), zone);
    const what = at.kind.startsWith('internal_')
      ? `A ${KIND_IN_WORDS[at.kind]} deste chamado`
      : 'O prazo deste chamado';
    await this.records.messages.insert(tx, {
      ticketId: ticket.id,
      kind: 'event',
      authorKind: 'system',
      text: news === 'warned' ? `${what} vence em ${dueAt}.` : `${what} venceu em ${dueAt}.`,
      details: { what: `deadline_${news}`, clockId: clock.clockId, kind: at.kind },
      createdAt: when,
    });
    await this.records.history.append(tx, ticket.id, when, SYSTEM, [
      {
        action: `deadline_${news}`,
        after: { clockId: clock.clockId, kind: at.kind, dueAt: clock.dueAt },
      },
    ]);
    if (at.running) {
      // The summary of the clock that runs; the version stays: nothing that an agent edits has changed.
      if (news === 'breached' && !at.kind.startsWith('internal_'))
        await this.records.tickets.markBreached(tx, ticket.id, clock.dueAt);
      await this.notices.send(tx, ticket, news, { ...clock, kind: at.kind }, this.clock.now());
    }
  }
}

/** "25/11/2026 às 18:00" on the clocks of `zone`. */
function words(instant: Date, zone: string): string {
  const [date = '', time = ''] = rfc3339(instant, zone).split('T');
  return `${date.split('-').reverse().join('/')} às ${time.slice(0, 5)}`;
}
