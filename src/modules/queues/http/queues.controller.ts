import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { RouteAccess } from '../../../platform/http/index.js';
import { CurrentActor, sessionOf, type Actor } from '../../agents/index.js';
import type { AccessScope } from '../queues.facade.js';
import { QueueStore } from '../store/queue.store.js';
import { CurrentScope } from './current-scope.js';
import { MeDto, QueueListDto } from './queues.dto.js';

@ApiTags('session')
@Controller()
export class QueuesController {
  constructor(private readonly queues: QueueStore) {}

  @Get('me')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Who am I, and what may I see' })
  @ApiOkResponse({ type: MeDto })
  me(@CurrentScope() scope: AccessScope, @Req() request: Request): MeDto {
    const { agentId, email, name, role } = scope.actor;
    return {
      id: agentId,
      email,
      name,
      role,
      queues: scope.memberQueues.map((key) => ({
        key,
        supervisor: scope.supervisedQueues.includes(key),
      })),
      visibleQueues: [...scope.visibleQueues],
      csrfToken: sessionOf(request)?.csrfToken ?? null,
    };
  }

  /** Names of queues are configuration, their counts are content: an agent must know where to hand a ticket to. */
  @Get('queues')
  @RouteAccess('agent')
  @ApiTags('configuration')
  @ApiOperation({ summary: 'Queues in use, with counts of those visible to you (admins: of all)' })
  @ApiOkResponse({ type: QueueListDto })
  async list(
    @CurrentActor() actor: Actor,
    @CurrentScope() scope: AccessScope,
  ): Promise<QueueListDto> {
    const queues = await this.queues.queuesOf(actor.agentId);
    const counted = actor.role === 'admin' ? queues.map((queue) => queue.key) : scope.visibleQueues;
    const counts = new Map(
      (await this.queues.counts(counted)).map(({ queueKey, ...count }) => [queueKey, count]),
    );
    const none = { open: 0, awaitingCustomer: 0, overdue: 0, unassigned: 0 };
    return {
      items: queues
        .filter((queue) => !queue.retired || counts.has(queue.key))
        .map((queue) => ({
          ...queue,
          counts: counted.includes(queue.key) ? (counts.get(queue.key) ?? none) : null,
        })),
      nextCursor: null,
    };
  }
}
