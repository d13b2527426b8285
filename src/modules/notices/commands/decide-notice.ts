import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import { createLogger, type Tx } from '../../../platform/index.js';
import { businessCalendar, Calendars } from '../../business-calendar/index.js';
import { Outbound, sendingMailbox } from '../../outbound-mail/index.js';
import { Templates, type RenderedMail } from '../../templates/index.js';
import {
  calendarOfMailbox,
  DEADLINE_IN_WORDS,
  instantInWords,
  ticketUrl,
} from '../../tickets/index.js';
import { recipientsOf, type Colleague } from '../domain/recipients.js';
import { NoticesStore, type NoticeSubject, type WaitingNotice } from '../store/notices.store.js';

const log = createLogger('notices');

/** Decides one notice while service is open: whom of those who are there now it goes to. */
@Injectable()
export class DecideNotice {
  constructor(
    private readonly config: CurrentConfig,
    private readonly store: NoticesStore,
    private readonly calendars: Calendars,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
  ) {}

  /** `notice` is locked in `tx` or new in it. */
  async run(tx: Tx, notice: WaitingNotice, now: Date): Promise<void> {
    const subject = await this.store.subject(tx, notice);
    // An answer came meanwhile, or the breach that a warning was to prevent: nobody is bothered with it.
    const moot =
      subject === null || !subject.running || (notice.news === 'warned' && subject.breached);
    if (moot || !this.config.get().notifications.email) {
      return this.store.decide(tx, notice.id, { outcome: 'moot', told: 0, at: now });
    }
    const { notifications, queues } = this.config.get();
    const queueKey = owingQueue(subject, (key) => queues[key]?.private === true);
    const members = await this.store.colleagues(tx, queueKey, now);
    const wanted = notice.news === 'warned' ? notifications.warnings : notifications.breaches;
    const told = recipientsOf(wanted, members, subject.assigneeId);
    const mailboxKey = sendingMailbox(subject, this.config.get());
    if (told.length === 0 || mailboxKey === null) {
      log.warn(
        { ticketId: notice.ticketId, news: notice.news },
        'a deadline notice found nobody to tell',
      );
      await this.store.countMiss(tx, notice.news);
      return this.store.decide(tx, notice.id, { outcome: 'nobody', told: 0, at: now });
    }
    const content = await this.content(notice, subject, queueKey, members);
    for (const colleague of told) await this.send(tx, notice, colleague, content, mailboxKey, now);
    await this.store.decide(tx, notice.id, { outcome: 'told', told: told.length, at: now });
  }

  private content(
    notice: WaitingNotice,
    subject: NoticeSubject,
    queueKey: string,
    members: readonly Colleague[],
  ): Promise<RenderedMail> {
    const config = this.config.get();
    const calendar = calendarOfMailbox(config, subject.mailboxKey);
    const { zone } = businessCalendar(this.calendars.definitionNow(calendar));
    return this.templates.render(notice.news === 'warned' ? 'notice-warning' : 'notice-breach', {
      protocol: notice.ticketId,
      queueName: config.queues[queueKey]?.name ?? queueKey,
      deadlineKind: DEADLINE_IN_WORDS[subject.clockKind] ?? 'retorno',
      dueAt: instantInWords(notice.dueAt, zone),
      assigneeName: members.find(({ agentId }) => agentId === subject.assigneeId)?.name ?? null,
      ticketUrl: ticketUrl(config.http.publicUrl, notice.ticketId),
    });
  }

  private async send(
    tx: Tx,
    notice: WaitingNotice,
    colleague: Colleague,
    content: RenderedMail,
    mailboxKey: string,
    now: Date,
  ): Promise<void> {
    await this.outbound.enqueue(tx, {
      mailboxKey,
      kind: 'notice',
      automatic: true,
      ticketId: notice.ticketId,
      ticketMessageId: null,
      dedupeKey: `notice:${notice.id}:${colleague.agentId}`,
      to: [{ address: colleague.email, name: colleague.name }],
      cc: [],
      content,
      references: [],
      attachments: [],
      now,
    });
  }
}

/**
 * The queue that owes: of an escalation's deadline the second team (D14). A private ticket is spoken of to its own members
 * alone (D20).
 */
function owingQueue(subject: NoticeSubject, isPrivate: (key: string) => boolean): string {
  const second = subject.clockKind === 'resolution' ? subject.escalatedTo : null;
  return second === null || isPrivate(subject.queueKey) ? subject.queueKey : second;
}
