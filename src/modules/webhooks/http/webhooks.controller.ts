import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentConfig } from '../../../config/index.js';
import { AppError } from '../../../platform/index.js';
import {
  decodeCursor,
  encodeCursor,
  NumericIdPipe,
  pageOf,
  RouteAccess,
  type Page,
} from '../../../platform/http/index.js';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { RetryDelivery } from '../commands/retry-delivery.js';
import { queuesOf } from '../domain/subscriptions.js';
import { addressHash } from '../store/deliveries.store.js';
import { WebhookStateStore, type DeliveryRow } from '../store/webhook-state.store.js';
import { DeliveriesQuery, WebhookDeliveryDto, WebhookListDto } from './webhooks.dto.js';

/** Webhooks and what became of their deliveries; secrets and bodies are shown nowhere. */
@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly config: CurrentConfig,
    private readonly states: WebhookStateStore,
    private readonly retryDelivery: RetryDelivery,
  ) {}

  @Get()
  @RouteAccess('admin')
  @ApiOperation({ summary: 'Webhooks in force, with counts' })
  @ApiOkResponse({ type: WebhookListDto })
  async list(): Promise<WebhookListDto> {
    const { notifications, queues } = this.config.get();
    const figures = await this.states.figures(notifications.webhooks.map(({ name }) => name));
    return {
      items: notifications.webhooks.map((webhook, index) => {
        const { disabledAt, disabledUrlSha256, ...known } = figures[index]!;
        const disabled = disabledUrlSha256?.equals(addressHash(webhook.url)) === true;
        return {
          name: webhook.name,
          origin: new URL(webhook.url).origin,
          events: webhook.events,
          queues: queuesOf(webhook, queues),
          state: disabled ? 'disabled' : 'active',
          disabledAt: disabled ? (disabledAt?.toISOString() ?? null) : null,
          waiting: known.waiting,
          oldestWaitingAt: known.oldestWaitingAt?.toISOString() ?? null,
          delivered: known.delivered,
          failed: known.failed,
          cancelled: known.cancelled,
          refusedAttempts: known.refused,
        };
      }),
      nextCursor: null,
    };
  }

  @Get('deliveries')
  @RouteAccess('admin')
  @ApiOperation({ summary: 'Deliveries of the last 30 days, newest first' })
  @pageOf(WebhookDeliveryDto)
  async deliveries(
    @Query() query: DeliveriesQuery,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<WebhookDeliveryDto>> {
    const rows = await this.states.deliveries({
      webhook: query.webhook ?? null,
      state: query.state ?? null,
      beforeId: query.cursor === undefined ? null : beforeId(query.cursor),
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit).map((row) => shown(row, scope));
    const more = rows.length > items.length;
    return { items, nextCursor: more ? encodeCursor([items.at(-1)!.id]) : null };
  }

  @Post('deliveries/:id/retry')
  @HttpCode(204)
  @RouteAccess('admin')
  @ApiOperation({ summary: 'Send again now, whatever became of it; the same webhook-id' })
  async retry(@Param('id', NumericIdPipe) id: string): Promise<void> {
    await this.retryDelivery.run(id);
  }
}

function shown(row: DeliveryRow, scope: AccessScope): WebhookDeliveryDto {
  const waits = row.state === 'queued';
  return {
    id: row.id,
    webhook: row.webhook,
    event: row.event,
    ticket: row.private && !scope.memberQueues.includes(row.queue) ? null : row.protocol,
    webhookId: row.webhookId,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: waits ? row.nextAttemptAt.toISOString() : null,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function beforeId(cursor: string): string {
  const [id] = decodeCursor(cursor, 1);
  if (typeof id === 'string' && /^\d{1,18}$/.test(id)) return id;
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
  });
}
