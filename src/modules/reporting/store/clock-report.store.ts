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
  type Figures,
  type Grouping,
  type ReportFilter,
  type Window,
} from './report-sql.js';

export interface ComplianceFigures extends Figures {
  readonly kind: string;
  readonly total: number;
  readonly met: number;
  readonly breached: number;
  readonly breachedWithoutAnswer: number;
  readonly runningLate: number;
  readonly running: number;
  readonly withoutAnswer: number;
  readonly calledOff: number;
  readonly revoked: number;
}

export interface TimesFigures extends Figures {
  /** A clock's kind, or `ticket` for the whole of it. */
  readonly measure: 'first_return' | 'next_return' | 'resolution' | 'ticket';
  readonly count: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly meanMs: number;
}

/** Ended because the ticket was resolved without an answer (D9); `redirected` is what D5 closes as out of scope. */
const WITHOUT_ANSWER = `coalesce(v.end_reason, '') in
  ('spam', 'duplicate', 'out_of_scope', 'no_answer_needed', 'no_response', 'redirected')`;
/** $10: now. The watcher may not have come by yet. */
const LATE = `v.ended_at is null and (v.state = 'breached' or (v.state = 'running' and v.due_at < $10::timestamptz))`;

const FATES = {
  total: 'count(*)::int',
  met: count(`v.state = 'met'`),
  breached: count(`v.state = 'breached' and v.ended_at is not null`),
  breachedWithoutAnswer: count(
    `v.state = 'breached' and v.ended_at is not null and ${WITHOUT_ANSWER}`,
  ),
  runningLate: count(LATE),
  running: count(`v.ended_at is null and not (${LATE})`),
  withoutAnswer: count(`v.state = 'cancelled' and ${WITHOUT_ANSWER}`),
  calledOff: count(`v.state = 'cancelled' and not (${WITHOUT_ANSWER})`),
  revoked: count('v.revocations > 0'),
};

const compliance = (groupBy: Dimension | null, period: Period | null): string => `
  with f as (
    select v.kind, ${keyOf(groupBy)} as key, ${periodOf(period, 'started_at')} as period, ${counting(FATES)}
      from report_clocks v where ${conditions('started_at')} group by 1, 2, 3)
  select f.kind, ${placeOf(groupBy)}, ${counted(FATES)}
    from f order by f.kind, label nulls last, f.key, f.period limit ${MAX_ROWS + 1}`;

const QUANTILES = `count(*)::int as count, percentile_cont(array[0.5, 0.9]) within group (order by v.business_ms) as q,
  avg(v.business_ms)::float8 as mean`;

const times = (groupBy: Dimension | null, period: Period | null): string => `
  with f as (
    select v.kind as measure, ${keyOf(groupBy)} as key, ${periodOf(period, 'ended_at')} as period, ${QUANTILES}
      from report_clocks v
     where ${conditions('ended_at')} and v.business_ms is not null
       and ((v.kind in ('first_return', 'next_return') and v.answered)
         or (v.kind = 'resolution' and v.end_reason in ('resolved', 'handed_back')))
     group by 1, 2, 3
    union all
    select 'ticket', ${keyOf(groupBy)}, ${periodOf(period, 'resolved_at')}, ${QUANTILES}
      from report_tickets v
     where ${conditions('resolved_at')} and v.business_ms is not null and v.close_reason is null
     group by 1, 2, 3)
  select f.measure, ${placeOf(groupBy)}, f.count, f.q[1] as "medianMs", f.q[2] as "p90Ms", f.mean as "meanMs"
    from f order by f.measure, label nulls last, f.key, f.period limit ${MAX_ROWS + 1}`;

/** Figures about clocks, from their own rows. */
@Injectable()
export class ClockReportStore {
  constructor(private readonly reader: ReportReader) {}

  /** Of clocks that started in the window; what runs is judged at `now`. */
  compliance(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; grouping: Grouping; now: Date },
  ): Promise<ComplianceFigures[]> {
    const { groupBy, period } = about.grouping;
    const values = [...valuesOf(queues, window, about.filter), about.now];
    return this.reader.rows(compliance(groupBy, period), values);
  }

  /** Of clocks that an answer, a hand-back or a resolution ended in the window, and of tickets resolved with an answer. */
  times(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; grouping: Grouping },
  ): Promise<TimesFigures[]> {
    const { groupBy, period } = about.grouping;
    return this.reader.rows(times(groupBy, period), valuesOf(queues, window, about.filter));
  }
}
