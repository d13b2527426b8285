import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { presentSummary, TicketSummaryDto } from '../../tickets/index.js';
import { CurrentConfig } from '../../../config/index.js';
import { Clock } from '../../../platform/index.js';
import { pageOf, RouteAccess, type Page } from '../../../platform/http/index.js';
import { decodePosition, encodePosition, parseSort, type TicketFilter } from './list-query.js';
import { TicketListStore } from '../store/ticket-list.store.js';
import { TicketListQuery } from './inbox.dto.js';

@ApiTags('tickets')
@Controller('tickets')
export class InboxController {
  constructor(
    private readonly list: TicketListStore,
    private readonly config: CurrentConfig,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'The inbox: tickets of the queues that you may see (D20)' })
  @pageOf(TicketSummaryDto)
  async tickets(
    @Query() query: TicketListQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<TicketSummaryDto>> {
    const now = this.clock.now();
    const sort = parseSort(query.sort);
    const position = query.cursor === undefined ? null : decodePosition(sort, query.cursor);
    const limit = query.limit + 1;
    const rows = await this.list.page(scope, filterOf(query, scope), sort, {
      position,
      limit,
      now,
    });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    const restricted = await this.list.namedOutOfSight(scope, items);
    return {
      items: items.map((row) => presentSummary(row, this.config.get(), now, restricted)),
      nextCursor:
        rows.length < limit || last === undefined
          ? null
          : encodePosition(sort, { key: last.sortKey, id: last.id }),
    };
  }
}

function filterOf(query: TicketListQuery, scope: AccessScope): TicketFilter {
  return {
    ...(query.queue === undefined ? {} : { queues: query.queue }),
    ...(query.status === undefined ? {} : { statuses: [...new Set(query.status)] }),
    ...(query.reason === undefined ? {} : { reasons: query.reason }),
    ...(query.assignee === undefined
      ? {}
      : { assignee: query.assignee === 'me' ? scope.actor.agentId : query.assignee }),
    ...(query.requester === undefined ? {} : { requester: query.requester }),
    ...(query.lane === undefined ? {} : { lanes: query.lane }),
    ...(query.overdue === undefined ? {} : { overdue: query.overdue }),
  };
}
