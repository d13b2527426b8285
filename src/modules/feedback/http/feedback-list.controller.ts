import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  decodeInstantCursor,
  encodeCursor,
  PageQuery,
  pageOf,
  RouteAccess,
  type Page,
} from '../../../platform/http/index.js';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { FeedbackStore } from '../store/feedback.store.js';
import { ListedFeedbackDto } from './feedback.dto.js';

@ApiTags('feedback')
@Controller('feedback')
export class FeedbackListController {
  constructor(private readonly store: FeedbackStore) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'What requesters said about resolved tickets of your queues, newest first',
  })
  @pageOf(ListedFeedbackDto)
  async list(
    @Query() query: PageQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<ListedFeedbackDto>> {
    const before = query.cursor === undefined ? null : decodeInstantCursor(query.cursor);
    const rows = await this.store.list(
      scope,
      query.limit + 1,
      before === null ? null : { updatedAt: before.at, protocol: before.id },
    );
    const items = rows
      .slice(0, query.limit)
      .map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
    const last = items.at(-1);
    return {
      items,
      nextCursor:
        rows.length > query.limit && last !== undefined
          ? encodeCursor([last.updatedAt, last.protocol])
          : null,
    };
  }
}
