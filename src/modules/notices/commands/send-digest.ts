import { Injectable } from '@nestjs/common';
import { CurrentConfig } from '../../../config/index.js';
import type { Tx } from '../../../platform/index.js';
import { Outbound } from '../../outbound-mail/index.js';
import { Templates, type RenderedMail } from '../../templates/index.js';
import { instantInWords, ticketUrl } from '../../tickets/index.js';
import type { DigestRoute } from '../domain/digest-mailbox.js';
import type { Morning } from '../domain/morning.js';
import {
  DigestStore,
  type DigestLine,
  type DigestReader,
  type DigestSection,
  type QueueTotals,
} from '../store/digest.store.js';

/** Lines of a section; the others are counted. */
const MAX_LINES = 20;

export interface DigestOccasion {
  readonly reader: DigestReader;
  readonly route: DigestRoute;
  readonly morning: Morning;
  readonly zone: string;
  /** Spread over the morning, so that many agents are no flood. */
  readonly notBefore: Date;
  readonly now: Date;
}

/** One agent's digest of one morning, once: also where there is nothing to say, and then nothing is sent. */
@Injectable()
export class SendDigest {
  constructor(
    private readonly config: CurrentConfig,
    private readonly store: DigestStore,
    private readonly templates: Templates,
    private readonly outbound: Outbound,
  ) {}

  /** True where a mail was written. */
  async run(tx: Tx, occasion: DigestOccasion): Promise<boolean> {
    const { reader, route, morning, now } = occasion;
    const about = { queues: route.queues, now, dayEndsAt: morning.dayEndsAt };
    const lines = await this.store.lines(tx, {
      ...about,
      agentId: reader.agentId,
      limit: MAX_LINES,
    });
    const supervised = reader.queues
      .filter(({ key, supervisor }) => supervisor && route.queues.includes(key))
      .map(({ key }) => key);
    const totals =
      supervised.length === 0 ? [] : await this.store.totals(tx, { ...about, queues: supervised });
    const sent = lines.length > 0 || totals.length > 0;
    if (!(await this.store.begin(tx, reader.agentId, morning.day, sent)) || !sent) return false;
    await this.outbound.enqueue(tx, {
      mailboxKey: route.mailboxKey,
      kind: 'notice',
      automatic: true,
      ticketId: null,
      ticketMessageId: null,
      dedupeKey: `digest:${reader.agentId}:${morning.day}`,
      to: [{ address: reader.email, name: reader.name }],
      cc: [],
      content: await this.content(occasion, lines, totals),
      references: [],
      attachments: [],
      notBefore: occasion.notBefore,
      expiresAt: morning.endsAt,
      now,
    });
    return true;
  }

  private content(
    { reader, morning, zone }: DigestOccasion,
    lines: readonly DigestLine[],
    totals: readonly QueueTotals[],
  ): Promise<RenderedMail> {
    const { queues, http } = this.config.get();
    const nameOf = (key: string): string => queues[key]?.name ?? key;
    const section = (
      which: DigestSection,
    ): Record<'protocol' | 'queueName' | 'dueAt' | 'url', string>[] =>
      lines
        .filter((line) => line.section === which)
        .map(({ protocol, queueKey, dueAt }) => ({
          protocol,
          queueName: nameOf(queueKey),
          dueAt: dueAt === null ? '' : instantInWords(dueAt, zone),
          url: ticketUrl(http.publicUrl, protocol),
        }));
    const total = (which: DigestSection): string =>
      String(lines.find((line) => line.section === which)?.total ?? 0);
    return this.templates.render('digest', {
      agentName: reader.name,
      day: morning.day.split('-').reverse().join('/'),
      overdue: section('overdue'),
      overdueTotal: total('overdue'),
      dueToday: section('due_today'),
      dueTodayTotal: total('due_today'),
      unanswered: section('unanswered'),
      unansweredTotal: total('unanswered'),
      queues: totals.map(({ queueKey, ...counts }) => ({
        name: nameOf(queueKey),
        open: String(counts.open),
        awaitingCustomer: String(counts.awaitingCustomer),
        overdue: String(counts.overdue),
        dueToday: String(counts.dueToday),
        unassigned: String(counts.unassigned),
      })),
    });
  }
}
