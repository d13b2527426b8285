import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentScope, Queues, type AccessScope } from '../../queues/index.js';
import { csvOf } from '../domain/csv.js';
import { isInternal, type ReportName, type ReportRows } from '../domain/report.js';
import { commentsTable, tableOf, type Table } from '../domain/report-tables.js';
import { Reports, type ReportAnswer, type ReportRequest } from '../reports.facade.js';
import type { ReportScope } from '../store/report-sql.js';
import { reportOf } from './report-of.js';
import {
  BacklogQuery,
  GroupedRangeQuery,
  RangeQuery,
  ReportQuery,
  type FilterQuery,
} from './report-query.dto.js';
import {
  BacklogRowDto,
  ClosuresRowDto,
  CommentRowDto,
  ComplianceRowDto,
  FeedbackRowDto,
  PeakHoursRowDto,
  TimesRowDto,
  VolumeRowDto,
} from './report.dto.js';

/** Of queues that the caller may see; for an admin figures of all queues, words of those she is a member of (D20). */
@ApiTags('reports')
@Controller('reports')
export class ReportsController {
  constructor(
    private readonly reports: Reports,
    private readonly queues: Queues,
  ) {}

  @Get('compliance')
  @reportOf('Promises by what became of them; internal targets apart (D13–D19)', {
    items: ComplianceRowDto,
    internalTargets: ComplianceRowDto,
  })
  async compliance(
    @Query() query: ReportQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    const answer = await this.run('compliance', query, scope);
    if (wantsCsv(query, request)) return this.csv('compliance', answer, query, response);
    const { items, ...head } = answer.report;
    return {
      ...head,
      items: items.filter(({ kind }) => !isInternal(kind)),
      internalTargets: items.filter(({ kind }) => isInternal(kind)),
    };
  }

  @Get('times')
  @reportOf('Times to return and to resolve in business time: median, 90th percentile, mean', {
    items: TimesRowDto,
  })
  times(
    @Query() query: ReportQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    return this.answer('times', query, scope, { request, response });
  }

  @Get('closures')
  @reportOf('Tickets resolved: with an answer, or without one by close reason (D9)', {
    items: ClosuresRowDto,
  })
  closures(
    @Query() query: ReportQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    return this.answer('closures', query, scope, { request, response });
  }

  @Get('volume')
  @reportOf('Tickets opened and resolved', { items: VolumeRowDto })
  volume(
    @Query() query: ReportQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    return this.answer('volume', query, scope, { request, response });
  }

  @Get('peak-hours')
  @reportOf(
    'Tickets opened by weekday and hour',
    { items: PeakHoursRowDto },
    {
      weekdays: {
        type: 'array',
        items: { type: 'integer' },
        description: 'How many Mondays, Tuesdays, … the range holds',
      },
    },
  )
  async peakHours(
    @Query() query: GroupedRangeQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    const answer = await this.run('peak-hours', query, scope);
    if (wantsCsv(query, request)) return this.csv('peak-hours', answer, query, response);
    return { ...answer.report, weekdays: answer.weekdays };
  }

  @Get('backlog')
  @reportOf('What is not resolved now, by age in business days', { items: BacklogRowDto })
  backlog(
    @Query() query: BacklogQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    return this.answer('backlog', query, scope, { request, response });
  }

  @Get('feedback')
  @reportOf('Feedback after resolution: scores and mean (D12)', { items: FeedbackRowDto })
  feedback(
    @Query() query: ReportQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    return this.answer('feedback', query, scope, { request, response });
  }

  @Get('feedback/comments')
  @reportOf(
    'What customers wrote with their scores, newest first, at most 1,000 (D12)',
    { items: CommentRowDto },
    { truncated: { type: 'boolean' } },
  )
  async comments(
    @Query() query: RangeQuery,
    @CurrentScope() scope: AccessScope,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object | string> {
    const comments = await this.reports.comments(
      await this.scopeOf(scope),
      requestOf(query, scope),
    );
    if (!wantsCsv(query, request)) return comments;
    return download(commentsTable(comments.items), 'feedback-comments', query, response);
  }

  private async answer(
    name: ReportName,
    query: ReportQuery,
    scope: AccessScope,
    http: { request: Request; response: Response },
  ): Promise<object | string> {
    const answer = await this.run(name, query, scope);
    return wantsCsv(query, http.request)
      ? this.csv(name, answer, query, http.response)
      : answer.report;
  }

  private async run<Name extends ReportName>(
    name: Name,
    query: ReportQuery,
    scope: AccessScope,
  ): Promise<ReportAnswer<ReportRows[Name]>> {
    return this.reports.run(name, await this.scopeOf(scope), requestOf(query, scope));
  }

  private async scopeOf(scope: AccessScope): Promise<ReportScope> {
    return {
      countedQueues: await this.queues.countedFor(scope),
      readableQueues: scope.visibleQueues,
    };
  }

  private csv<Name extends ReportName>(
    name: Name,
    { report, weekdays }: ReportAnswer<ReportRows[Name]>,
    query: FilterQuery,
    response: Response,
  ): string {
    return download(tableOf(name, report, weekdays), name, query, response);
  }
}

function requestOf(query: ReportQuery, scope: AccessScope): ReportRequest {
  const { from, to, groupBy, period, calendar, tag } = query;
  return {
    from,
    to,
    groupBy,
    period,
    calendar,
    tag,
    queues: query.queue,
    reasons: query.reason,
    agents: query.agent?.map((id) => (id === 'me' ? scope.actor.agentId : id.toLowerCase())),
    mailboxes: query.mailbox,
  };
}

function wantsCsv(query: FilterQuery, request: Request): boolean {
  if (query.format !== undefined) return query.format === 'csv';
  return request.accepts(['application/json', 'text/csv']) === 'text/csv';
}

function download(table: Table, name: string, query: FilterQuery, response: Response): string {
  response.type('text/csv; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="${name}.csv"`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  return csvOf(table.header, table.rows, query.separator ?? 'semicolon');
}
