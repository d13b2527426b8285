import { Injectable } from '@nestjs/common';
import { promiseInWords } from '../../business-calendar/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Templates } from '../../templates/index.js';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { SUMMARY_EVERY_MINUTES, SUMMARY_GATHERS_MINUTES } from '../domain/acknowledgement.js';
import { nameForAutomaticMail } from '../domain/addresses.js';
import { BacklogStore } from '../store/backlog.store.js';
import { calendarOfMailbox } from './deadline-context.js';

const MINUTE_MS = 60_000;

/** One mail that names the protocols a sender got no acknowledgement for (D7). */
@Injectable()
export class SendAcknowledgementSummary {
  constructor(
    private readonly config: CurrentConfig,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
    private readonly backlog: BacklogStore,
  ) {}

  /** True if one was due and written; at most one an hour for each sender. */
  async run(tx: Tx, now: Date): Promise<boolean> {
    const due = await this.backlog.nextDue(
      tx,
      new Date(now.getTime() - SUMMARY_GATHERS_MINUTES * MINUTE_MS),
      new Date(now.getTime() - SUMMARY_EVERY_MINUTES * MINUTE_MS),
    );
    if (due === null) return false;
    const tickets = await this.backlog.take(tx, due.address, due.mailboxKey, now);
    const config = this.config.get();
    const zone =
      config.calendars[calendarOfMailbox(config, due.mailboxKey)]?.zone ?? 'America/Sao_Paulo';
    const requesterName = tickets[0]?.requesterName ?? '';
    const content = await this.templates.render('acknowledgement-summary', {
      requesterName,
      protocols: tickets.map((ticket) => ({
        protocol: ticket.ticketId,
        promisedDate:
          ticket.dueAt === null || ticket.dueAt <= now ? '' : promiseInWords(ticket.dueAt, zone),
      })),
    });
    await this.outbound.enqueue(tx, {
      mailboxKey: due.mailboxKey,
      kind: 'acknowledgement_summary',
      automatic: true,
      ticketId: tickets[0]?.ticketId ?? null,
      ticketMessageId: null,
      dedupeKey: `acknowledgement-summary:${tickets[0]?.ticketId}`,
      to: [{ address: due.address, name: nameForAutomaticMail(requesterName) }],
      cc: [],
      content,
      references: [],
      attachments: [],
      now,
    });
    return true;
  }
}
