import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '../../platform/index.js';
import {
  businessCalendar,
  Calendars,
  DEFAULT_CALENDAR,
  type BusinessCalendar,
} from '../business-calendar/index.js';
import { AGE_BUCKETS, ageThresholds, businessDaysOld } from './domain/age.js';
import {
  civilRange,
  MAX_REPORT_DAYS,
  type CivilRange,
  type WrongRange,
} from './domain/civil-range.js';
import {
  shareMet,
  type BacklogRow,
  type CommentRow,
  type Dimension,
  type Group,
  type PeakHoursRow,
  type Period,
  type Report,
  type ReportHead,
  type ReportName,
  type ReportRows,
} from './domain/report.js';
import { CHANNEL_WORDS, NOTHING_WORDS } from './domain/report-words.js';
import { heatmaps } from './domain/heatmap.js';
import { ClockReportStore, type TimesFigures } from './store/clock-report.store.js';
import { FeedbackReportStore } from './store/feedback-report.store.js';
import { MAX_ROWS, type ReportFilter, type ReportScope } from './store/report-sql.js';
import { TicketReportStore, type BacklogFigures } from './store/ticket-report.store.js';

/** What is asked of a report. */
export interface ReportRequest extends ReportFilter {
  /** Civil days YYYY-MM-DD, both included; the last 30 where they are left out. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly groupBy?: Dimension | undefined;
  readonly period?: Period | undefined;
  /** Whose zone days, weeks and hours are told in, and whose business days ages; the default calendar's. */
  readonly calendar?: string | undefined;
}

/** A report, with how many of each weekday its days hold (Monday first). */
export interface ReportAnswer<Row> {
  readonly report: Report<Row>;
  readonly weekdays: readonly number[];
}

/** The newest comments of a range; more are a search, not a report. */
const MAX_COMMENTS = 1_000;

interface Asked {
  readonly scope: ReportScope;
  readonly request: ReportRequest;
  readonly head: ReportHead;
  readonly range: CivilRange;
  readonly calendar: BusinessCalendar;
  readonly now: Date;
}

type Answers = {
  readonly [Name in ReportName]: (asked: Asked) => Promise<readonly ReportRows[Name][]>;
};

/**
 * Figures about what was promised, kept and asked. Only what the scope lets be counted is in any of them (D20). AppErrors:
 * `validation_failed` for days that are none, more than 400 of them, an unknown calendar and more than 20,000 rows;
 * `unavailable` where the database takes too long.
 */
@Injectable()
export class Reports {
  private readonly answers: Answers = {
    compliance: (asked) => this.compliance(asked),
    times: (asked) => this.times(asked),
    closures: async (asked) => placed(await this.tickets.closures(...this.asked(asked)), asked),
    volume: async (asked) => placed(await this.tickets.volume(...this.asked(asked)), asked),
    'peak-hours': (asked) => this.peakHours(asked),
    backlog: (asked) => this.backlog(asked),
    feedback: async (asked) =>
      placed(await this.feedback.figures(...this.asked(asked)), asked).map((row) => ({
        ...row,
        mean: rounded(row.mean, 2),
      })),
  };

  constructor(
    private readonly clocks: ClockReportStore,
    private readonly tickets: TicketReportStore,
    private readonly feedback: FeedbackReportStore,
    private readonly calendars: Calendars,
    private readonly clock: Clock,
  ) {}

  async run<Name extends ReportName>(
    name: Name,
    scope: ReportScope,
    request: ReportRequest,
  ): Promise<ReportAnswer<ReportRows[Name]>> {
    const asked = this.understood(scope, request);
    const answer = this.answers[name] as (asked: Asked) => Promise<readonly ReportRows[Name][]>;
    const items = await answer(asked);
    if (items.length > MAX_ROWS) throw tooManyRows();
    const head =
      name === 'backlog' ? { ...asked.head, from: null, to: null, period: null } : asked.head;
    return { report: { ...head, items }, weekdays: asked.range.weekdays };
  }

  /** What customers wrote with their scores, newest first, at most 1,000; `truncated` where there were more. */
  async comments(
    scope: ReportScope,
    request: ReportRequest,
  ): Promise<ReportHead & { readonly items: readonly CommentRow[]; readonly truncated: boolean }> {
    const { head, range } = this.understood(scope, request);
    const window = { ...range, zone: head.zone };
    const about = { filter: request, limit: MAX_COMMENTS + 1 };
    const rows = await this.feedback.comments(scope.readableQueues, window, about);
    return {
      ...head,
      items: rows
        .slice(0, MAX_COMMENTS)
        .map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
      truncated: rows.length > MAX_COMMENTS,
    };
  }

  private async compliance(asked: Asked): Promise<ReportRows['compliance'][]> {
    const [queues, window, about] = this.asked(asked);
    const rows = await this.clocks.compliance(queues, window, { ...about, now: asked.now });
    return placed(rows, asked).map((row) => ({ ...row, metShare: shareMet(row) }));
  }

  private async times(asked: Asked): Promise<ReportRows['times'][]> {
    const rows = await this.clocks.times(...this.asked(asked));
    return placed(rows, asked).map(({ measure, medianMs, p90Ms, meanMs, ...row }) => ({
      ...row,
      measure: MEASURES[measure],
      medianMinutes: rounded(medianMs / 60_000, 1),
      p90Minutes: rounded(p90Ms / 60_000, 1),
      meanMinutes: rounded(meanMs / 60_000, 1),
    }));
  }

  private async peakHours(asked: Asked): Promise<PeakHoursRow[]> {
    const [queues, window, { filter, grouping }] = this.asked(asked);
    const about = { filter, groupBy: grouping.groupBy };
    const rows = await this.tickets.peakHours(queues, window, about);
    if (rows.length > MAX_ROWS) throw tooManyRows();
    return heatmaps(rows).map(({ key, label, ...row }) => ({
      group: groupOf(grouping.groupBy, { key, label }),
      ...row,
    }));
  }

  private async backlog(asked: Asked): Promise<BacklogRow[]> {
    const { calendar, now, scope, request, head } = asked;
    const at = { now, zone: head.zone, thresholds: ageThresholds(calendar, now) };
    const about = { filter: request, groupBy: head.groupBy };
    const rows = await this.tickets.backlog(scope.countedQueues, at, about);
    return rows.map(({ key, label, openByAge, awaitingByAge, oldestReceivedAt, ...row }) => ({
      group: groupOf(head.groupBy, { key, label }),
      ...row,
      ages: agesOf({ openByAge, awaitingByAge }),
      oldestReceivedAt: oldestReceivedAt.toISOString(),
      oldestBusinessDays: businessDaysOld(calendar, oldestReceivedAt, now),
    }));
  }

  /** What the stores take. */
  private asked({
    scope,
    request,
    head,
    range,
  }: Asked): [
    readonly string[],
    CivilRange & { readonly zone: string },
    { filter: ReportFilter; grouping: { groupBy: Dimension | null; period: Period | null } },
  ] {
    return [
      scope.countedQueues,
      { ...range, zone: head.zone },
      { filter: request, grouping: { groupBy: head.groupBy, period: head.period } },
    ];
  }

  private understood(scope: ReportScope, request: ReportRequest): Asked {
    const name = request.calendar ?? DEFAULT_CALENDAR;
    if (!this.calendars.names().includes(name)) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'calendar', reason: 'is no calendar of the configuration' }],
      });
    }
    const calendar = businessCalendar(this.calendars.definitionNow(name));
    const now = this.clock.now();
    const range = civilRange(request, calendar.zone, now);
    if (range.kind === 'wrong') throw wrongRange(range);
    const head: ReportHead = {
      from: range.from,
      to: range.to,
      calendar: name,
      zone: calendar.zone,
      groupBy: request.groupBy ?? null,
      period: request.period ?? null,
      generatedAt: now.toISOString(),
    };
    return { scope, request, head, range, calendar, now };
  }
}

const MEASURES = {
  first_return: 'firstReturn',
  next_return: 'nextReturn',
  resolution: 'escalation',
  ticket: 'resolution',
} as const satisfies Record<TimesFigures['measure'], string>;

interface Keyed {
  readonly key: string | null;
  readonly label: string | null;
}

function placed<Row extends Keyed>(
  rows: readonly Row[],
  { head }: Asked,
): (Omit<Row, 'key' | 'label'> & { group: Group | null })[] {
  return rows.map(({ key, label, ...row }) => ({
    ...row,
    group: groupOf(head.groupBy, { key, label }),
  }));
}

function groupOf(groupBy: Dimension | null, { key, label }: Keyed): Group | null {
  if (groupBy === null) return null;
  if (key === null) return { key: null, label: NOTHING_WORDS[groupBy] };
  return { key, label: (groupBy === 'channel' ? CHANNEL_WORDS[key] : label) ?? key };
}

function agesOf(figures: Pick<BacklogFigures, 'openByAge' | 'awaitingByAge'>): BacklogRow['ages'] {
  return AGE_BUCKETS.map(({ from, to }, bucket) => ({
    fromBusinessDays: from,
    toBusinessDays: to,
    open: figures.openByAge[bucket] ?? 0,
    awaitingCustomer: figures.awaitingByAge[bucket] ?? 0,
  }));
}

function rounded(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

const WRONG_RANGES = {
  no_date: ['Informe um dia que exista, como 2026-11-05.', 'is no day, such as 2026-11-05'],
  reversed: ['O último dia vem antes do primeiro.', 'lies before from'],
  too_long: [
    `Um relatório cobre no máximo ${MAX_REPORT_DAYS} dias; peça um período menor.`,
    `must be less than ${MAX_REPORT_DAYS} days after from`,
  ],
} as const;

function wrongRange({ path, reason }: WrongRange): AppError {
  const [detail, english] = WRONG_RANGES[reason];
  return new AppError('validation_failed', {
    detail,
    detailEn: `The days of a report: ${path} ${english}.`,
    fields: [{ path, reason: english }],
  });
}

function tooManyRows(): AppError {
  return new AppError('validation_failed', {
    detail: `O relatório passaria de ${MAX_ROWS} linhas; agrupe por mês ou filtre por fila.`,
    detailEn: `The report would have more than ${MAX_ROWS} rows: group by month or filter by queue.`,
    fields: [{ path: 'period', reason: 'is too fine for so many groups' }],
  });
}
