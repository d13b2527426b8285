import { Injectable, type OnModuleInit } from '@nestjs/common';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import { slaBreached, slaWarned, type ClockNews } from '../../sla/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { EventBus, type Tx } from '../../../platform/index.js';
import { calendarOfMailbox } from '../commands/deadline-context.js';
import { DEADLINE_IN_WORDS, instantInWords } from '../domain/deadline-words.js';
import { SYSTEM } from '../store/history.store.js';
import { TicketRecords } from '../store/ticket-records.js';

type News = 'warned' | 'breached';

/** A deadline draws near or has passed (D19): seen on the ticket. Who is told by mail is the notices module's matter. */
@Injectable()
export class OnSlaNews implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly records: TicketRecords,
    private readonly config: CurrentConfig,
    private readonly calendars: Calendars,
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
    const calendar = calendarOfMailbox(this.config.get(), ticket.mailboxKey);
    const { zone } = businessCalendar(this.calendars.definitionNow(calendar));
    const dueAt = instantInWords(new Date(clock.dueAt), zone);
    const what = at.kind.startsWith('internal_')
      ? `A ${DEADLINE_IN_WORDS[at.kind]} deste chamado`
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
    // The summary of the clock that runs; the version stays: nothing that an agent edits has changed.
    if (at.running && news === 'breached' && !at.kind.startsWith('internal_'))
      await this.records.tickets.markBreached(tx, ticket.id, clock.dueAt);
  }
}
