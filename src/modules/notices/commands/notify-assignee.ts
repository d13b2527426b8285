import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars, nextOpening } from '../../business-calendar/index.js';
import { Outbound, sendingMailbox } from '../../outbound-mail/index.js';
import { Templates } from '../../templates/index.js';
import { calendarOfMailbox, ticketUrl } from '../../tickets/index.js';
import { NoticesStore } from '../store/notices.store.js';

/** Tells an agent that a machine gave her a ticket, in service hours (D18). */
@Injectable()
export class NotifyAssignee {
  constructor(
    private readonly config: CurrentConfig,
    private readonly store: NoticesStore,
    private readonly calendars: Calendars,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
  ) {}

  /** Nothing where somebody else has it by now, or she has left the queue (D20). `cause` tells one giving from the next. */
  async run(
    tx: Tx,
    given: { ticketId: string; assigneeId: string; cause: string; now: Date },
  ): Promise<void> {
    const { ticketId, assigneeId, cause, now } = given;
    const config = this.config.get();
    const ticket = await this.store.ticket(tx, ticketId);
    if (ticket?.assigneeId !== assigneeId) return;
    const members = await this.store.colleagues(tx, ticket.queueKey, now);
    const her = members.find(({ agentId }) => agentId === assigneeId);
    const mailboxKey = sendingMailbox(ticket, config);
    if (her === undefined || mailboxKey === null) return;
    const name = calendarOfMailbox(config, ticket.mailboxKey);
    await this.outbound.enqueue(tx, {
      mailboxKey,
      kind: 'notice',
      automatic: true,
      ticketId,
      ticketMessageId: null,
      dedupeKey: `assigned:${cause}:${assigneeId}`,
      to: [{ address: her.email, name: her.name }],
      cc: [],
      content: await this.templates.render('notice-assigned', {
        protocol: ticketId,
        queueName: config.queues[ticket.queueKey]?.name ?? ticket.queueKey,
        ticketUrl: ticketUrl(config.http.publicUrl, ticketId),
      }),
      references: [],
      attachments: [],
      notBefore: nextOpening(businessCalendar(this.calendars.definitionNow(name)), now),
      now,
    });
  }
}
