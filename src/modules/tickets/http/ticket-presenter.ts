import { Injectable } from '@nestjs/common';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import { Mailboxes } from '../../mailboxes/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock } from '../../../platform/index.js';
import { calendarOfMailbox } from '../commands/deadline-context.js';
import type { TicketDetailRow } from '../store/ticket-view.store.js';
import { presentTicket } from './present-ticket.js';
import { presentWait } from './present-wait.js';
import type { TicketDto } from './ticket.dto.js';

/** A row of a ticket as the API shows it now. */
@Injectable()
export class TicketPresenter {
  constructor(
    private readonly config: CurrentConfig,
    private readonly mailboxes: Mailboxes,
    private readonly calendars: Calendars,
    private readonly clock: Clock,
  ) {}

  /** `restricted`: tickets that its marks may not name (D20). */
  present(row: TicketDetailRow, restricted: ReadonlySet<string>): TicketDto {
    const config = this.config.get();
    const now = this.clock.now();
    const calendar = () =>
      businessCalendar(this.calendars.definitionNow(calendarOfMailbox(config, row.mailboxKey)));
    return {
      ...presentTicket(row, config, this.mailboxes.ownAddresses(), now, restricted),
      customerWait: presentWait(row, config, calendar, now),
    };
  }
}
