import { Injectable } from '@nestjs/common';
import type { Dimension, Period } from '../domain/report.js';
import { ReportReader } from './report-reader.js';
import {
  conditions,
  counted,
  counting,
  countWhere as count,
  keyOf,
  MAX_ROWS,
  periodOf,
  placeOf,
  valuesOf,
  type Counted,
  type Figures,
  type Grouping,
  type ReportFilter,
  type Window,
} from './report-sql.js';

export interface ClosureFigures extends Figures {
  readonly resolved: number;
  readonly answered: number;
  readonly spam: number;
  readonly duplicate: number;
  readonly outOfScope: number;
  readonly noAnswerNeeded: number;
  readonly noResponse: number;
}

export interface VolumeFigures extends Figures {
  readonly opened: number;
  readonly resolved: number;
}

export interface HourFigures extends Omit<Figures, 'period'> {
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly opened: number;
}

export interface BacklogFigures extends Omit<Figures, 'period'> {
  readonly open: number;
  readonly awaitingCustomer: number;
  readonly overdue: number;
  /** By the bucket: how many older thresholds than the youngest have been passed. */
  readonly openByAge: readonly number[];
  readonly awaitingByAge: readonly number[];
  readonly oldestReceivedAt: Date;
}

/** What somebody asks of us: not what waits as suspected spam, nor what was found to be spam (D23). */
const ASKED = `v.lane <> 'suspected' and v.close_reason is distinct from 'spam'`;

const ENDINGS = {
  resolved: 'count(*)::int',
  answered: count('v.close_reason is null'),
  spam: count(`v.close_reason = 'spam'`),
  duplicate: count(`v.close_reason = 'duplicate'`),
  outOfScope: count(`v.close_reason = 'out_of_scope'`),
  noAnswerNeeded: count(`v.close_reason = 'no_answer_needed'`),
  noResponse: count(`v.close_reason = 'no_response'`),
};

const closures = (groupBy: Dimension | null, period: Period | null): string => `
  with f as (
    select ${keyOf(groupBy)} as key, ${periodOf(period, 'resolved_at')} as period, ${counting(ENDINGS)}
      from report_tickets v where ${conditions('resolved_at')} group by 1, 2)
  select ${placeOf(groupBy)}, ${counted(ENDINGS)} from f order by label nulls last, f.key, f.period limit ${MAX_ROWS + 1}`;

const volume = (groupBy: Dimension | null, period: Period | null): string => `
  with e as (
    select ${keyOf(groupBy)} as key, ${periodOf(period, 'created_at')} as period, count(*)::int as opened, 0 as resolved
      from report_tickets v where ${conditions('created_at')} and ${ASKED} group by 1, 2
    union all
    select ${keyOf(groupBy)}, ${periodOf(period, 'resolved_at')}, 0, count(*)::int
      from report_tickets v where ${conditions('resolved_at')} and ${ASKED} group by 1, 2
  ), f as (select key, period, sum(opened)::int as opened, sum(resolved)::int as resolved from e group by 1, 2)
  select ${placeOf(groupBy)}, f.opened, f.resolved from f
   where f.opened + f.resolved > 0 order by label nulls last, f.key, f.period limit ${MAX_ROWS + 1}`;

const peakHours = (groupBy: Dimension | null): string => `
  with f as (
    select ${keyOf(groupBy)} as key, extract(isodow from v.created_at at time zone $4::text)::int as weekday,
           extract(hour from v.created_at at time zone $4::text)::int as hour, count(*)::int as opened
      from report_tickets v where ${conditions('created_at')} and ${ASKED} group by 1, 2, 3)
  select ${placeOf(groupBy, false)}, f.weekday, f.hour, f.opened
    from f order by label nulls last, f.key, f.weekday, f.hour limit ${MAX_ROWS + 1}`;

/** $2: now; $10: ages' thresholds, the oldest first, so that the bucket counts from the youngest. */
const AGE = `(cardinality($10::timestamptz[]) - width_bucket(v.received_at, $10::timestamptz[]))`;
const byAge = (status: string, buckets: number): string =>
  `array[${Array.from({ length: buckets }, (_, bucket) => count(`v.status = '${status}' and b.age = ${bucket}`)).join(', ')}]`;

const waiting = (buckets: number): Counted => ({
  open: count(`v.status = 'open'`),
  awaitingCustomer: count(`v.status = 'awaiting_customer'`),
  overdue: count('v.due_at < $2::timestamptz'),
  openByAge: byAge('open', buckets),
  awaitingByAge: byAge('awaiting_customer', buckets),
  oldestReceivedAt: 'min(v.received_at)',
});

const backlog = (groupBy: Dimension | null, buckets: number): string => `
  with f as (
    select ${keyOf(groupBy)} as key, ${counting(waiting(buckets))}
      from report_tickets v cross join lateral (select ${AGE} as age) b
     where ${conditions(null)} and v.status in ('open', 'awaiting_customer') group by 1)
  select ${placeOf(groupBy, false)}, ${counted(waiting(buckets))} from f order by label nulls last, f.key limit ${MAX_ROWS + 1}`;

/** Figures about tickets. */
@Injectable()
export class TicketReportStore {
  constructor(private readonly reader: ReportReader) {}

  /** Tickets resolved in the window and not reopened since. */
  closures(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; grouping: Grouping },
  ): Promise<ClosureFigures[]> {
    const { groupBy, period } = about.grouping;
    return this.reader.rows(closures(groupBy, period), valuesOf(queues, window, about.filter));
  }

  /** Tickets opened, and tickets resolved, in the window. */
  volume(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; grouping: Grouping },
  ): Promise<VolumeFigures[]> {
    const { groupBy, period } = about.grouping;
    return this.reader.rows(volume(groupBy, period), valuesOf(queues, window, about.filter));
  }

  /** Tickets opened in the window, by weekday and hour of its zone; hours without any are missing. */
  peakHours(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; groupBy: Dimension | null },
  ): Promise<HourFigures[]> {
    return this.reader.rows(peakHours(about.groupBy), valuesOf(queues, window, about.filter));
  }

  /** What is not resolved at `now`; `thresholds` from the youngest age to the oldest. */
  backlog(
    queues: readonly string[],
    at: { now: Date; zone: string; thresholds: readonly Date[] },
    about: { filter: ReportFilter; groupBy: Dimension | null },
  ): Promise<BacklogFigures[]> {
    const window = { start: at.now, end: at.now, zone: at.zone };
    const oldestFirst = at.thresholds.toReversed();
    return this.reader.rows(backlog(about.groupBy, oldestFirst.length + 1), [
      ...valuesOf(queues, window, about.filter),
      oldestFirst,
    ]);
  }
}
