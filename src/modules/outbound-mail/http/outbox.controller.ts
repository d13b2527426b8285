import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError } from '../../../platform/index.js';
import {
  decodeCursor,
  encodeCursor,
  Expected,
  NumericIdPipe,
  pageOf,
  RouteAccess,
  type ExpectedVersion,
  type Page,
} from '../../../platform/http/index.js';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { CancelMail } from '../commands/cancel-mail.js';
import { ConfirmMail } from '../commands/confirm-mail.js';
import { RetryMail, type MailActor } from '../commands/retry-mail.js';
import { OutboxListStore } from '../store/outbox-list.store.js';
import {
  CancelOutboxBody,
  OutboxDto,
  outboxDto,
  OutboxQuery,
  RetryOutboxBody,
} from './outbox.dto.js';

/** Outgoing mail: what waits, what failed and why, and a person's decision about it. Cut by queues (D20). */
@ApiTags('outbox')
@Controller('outbox')
export class OutboxController {
  constructor(
    private readonly lists: OutboxListStore,
    private readonly retryMail: RetryMail,
    private readonly cancelMail: CancelMail,
    private readonly confirmMail: ConfirmMail,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Outgoing mail, newest first' })
  @pageOf(OutboxDto)
  async list(
    @Query() query: OutboxQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<OutboxDto>> {
    const entries = await this.lists.list({
      state: query.state,
      mailboxKey: query.mailbox,
      ticketId: query.ticket,
      visibleQueues: scope.visibleQueues,
      beforeId: query.cursor === undefined ? null : beforeId(query.cursor),
      limit: query.limit + 1,
    });
    const items = entries.slice(0, query.limit);
    const more = entries.length > items.length;
    return {
      items: items.map(outboxDto),
      nextCursor: more ? encodeCursor([items.at(-1)!.id]) : null,
    };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'Send again, perhaps to a corrected recipient; also a mail of unknown fate',
  })
  @ApiOkResponse({ type: OutboxDto })
  async retry(
    @Param('id', NumericIdPipe) id: string,
    @Body() body: RetryOutboxBody,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<OutboxDto> {
    const correction =
      body.recipient === undefined
        ? null
        : { recipient: body.recipient, replaces: body.replaces ?? null };
    await this.retryMail.run(id, actorOf(scope), expected, correction);
    return this.shown(id, scope);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary:
      'Take back a mail that has not begun to leave, or end the doubt about one of unknown fate',
  })
  @ApiOkResponse({ type: OutboxDto })
  async cancel(
    @Param('id', NumericIdPipe) id: string,
    @Body() _body: CancelOutboxBody,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<OutboxDto> {
    await this.cancelMail.run(id, actorOf(scope), expected);
    return this.shown(id, scope);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary: 'A mail of unknown fate did arrive: it counts as sent, as of its last attempt',
  })
  @ApiOkResponse({ type: OutboxDto })
  async confirm(
    @Param('id', NumericIdPipe) id: string,
    @Body() _body: CancelOutboxBody,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<OutboxDto> {
    await this.confirmMail.run(id, actorOf(scope), expected);
    return this.shown(id, scope);
  }

  private async shown(id: string, scope: AccessScope): Promise<OutboxDto> {
    const entry = await this.lists.byId(id, scope.visibleQueues);
    if (entry === null) throw new AppError('not_found');
    return outboxDto(entry);
  }
}

function actorOf(scope: AccessScope): MailActor {
  return { agentId: scope.actor.agentId, visibleQueues: scope.visibleQueues };
}

function beforeId(cursor: string): string {
  const [id] = decodeCursor(cursor, 1);
  if (typeof id === 'string' && /^\d{1,18}$/.test(id)) return id;
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
  });
}
