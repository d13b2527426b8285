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

export interface FeedbackFigures extends Figures {
  readonly count: number;
  readonly mean: number;
  readonly scores: readonly number[];
  readonly comments: number;
}

export interface Comment {
  readonly protocol: string;
  readonly score: number;
  readonly comment: string;
  readonly createdAt: Date;
  readonly queue: string;
  readonly reason: string | null;
  readonly agent: string | null;
}

const SCORES = [1, 2, 3, 4, 5];

const OPINIONS = {
  count: 'count(*)::int',
  mean: 'avg(v.score)::float8',
  scores: `array[${SCORES.map((score) => count(`v.score = ${score}`)).join(', ')}]`,
  comments: count(`v.comment <> ''`),
};

const feedback = (groupBy: Dimension | null, period: Period | null): string => `
  with f as (
    select ${keyOf(groupBy)} as key, ${periodOf(period, 'created_at')} as period, ${counting(OPINIONS)}
      from report_feedback v where ${conditions('created_at')} group by 1, 2)
  select ${placeOf(groupBy)}, ${counted(OPINIONS)} from f order by label nulls last, f.key, f.period limit ${MAX_ROWS + 1}`;

const COMMENTS = `
  select v.ticket_id::text as protocol, v.score, v.comment, v.created_at as "createdAt",
         (select l.name from queues l where l.key = v.queue_key) as queue,
         (select l.label from reasons l where l.key = v.reason_key) as reason,
         (select l.name from agents l where l.id = v.agent_id) as agent
    from report_feedback v where ${conditions('created_at')} and v.comment <> ''
   order by v.created_at desc, v.ticket_id desc limit $10`;

/** Feedback after resolution (D12). */
@Injectable()
export class FeedbackReportStore {
  constructor(private readonly reader: ReportReader) {}

  figures(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; grouping: Grouping },
  ): Promise<FeedbackFigures[]> {
    const { groupBy, period } = about.grouping;
    return this.reader.rows(feedback(groupBy, period), valuesOf(queues, window, about.filter));
  }

  /** The customers' own words, newest first; `queues` are those whose content the caller may read. */
  comments(
    queues: readonly string[],
    window: Window,
    about: { filter: ReportFilter; limit: number },
  ): Promise<Comment[]> {
    return this.reader.rows(COMMENTS, [...valuesOf(queues, window, about.filter), about.limit]);
  }
}
