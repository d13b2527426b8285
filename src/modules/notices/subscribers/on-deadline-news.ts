import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { Clock, EventBus, type Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars, nextOpening } from '../../business-calendar/index.js';
import { slaBreached, slaWarned, type ClockNews } from '../../sla/index.js';
import { calendarOfMailbox } from '../../tickets/index.js';
import { DecideNotice } from '../commands/decide-notice.js';
import { NoticesStore, type News } from '../store/notices.store.js';

/** A deadline draws near or has passed (D19): agents are told by mail where that is wanted, in service hours only (D18). */
@Injectable()
export class OnDeadlineNews implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly config: CurrentConfig,
    private readonly calendars: Calendars,
    private readonly store: NoticesStore,
    private readonly decide: DecideNotice,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const isWanted = (): boolean => this.config.get().notifications.email;
    this.bus.subscribe(
      slaWarned,
      'notices',
      (tx, news) => this.handle(tx, 'warned', news),
      isWanted,
    );
    this.bus.subscribe(
      slaBreached,
      'notices',
      (tx, news) => this.handle(tx, 'breached', news),
      isWanted,
    );
  }

  /** Who is told is decided when service is open: by then somebody may be away, or the answer given. */
  async handle(tx: Tx, news: News, clock: ClockNews): Promise<void> {
    const now = this.clock.now();
    const ticket = await this.store.ticket(tx, clock.ticketId);
    if (ticket === null) return;
    const calendar = calendarOfMailbox(this.config.get(), ticket.mailboxKey);
    const opening = nextOpening(businessCalendar(this.calendars.definitionNow(calendar)), now);
    const notice = await this.store.insert(tx, {
      clockId: clock.clockId,
      ticketId: clock.ticketId,
      news,
      pointAt: new Date(news === 'warned' ? (clock.warnedAt ?? clock.dueAt) : clock.dueAt),
      dueAt: new Date(clock.dueAt),
      decideAt: opening,
    });
    if (notice !== null && opening <= now) await this.decide.run(tx, notice, now);
  }
}
