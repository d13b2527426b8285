import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { Clock } from '../../../platform/index.js';
import {
  Expected,
  NumericIdPipe,
  RouteAccess,
  type ExpectedVersion,
} from '../../../platform/http/index.js';
import { ChangeTicket } from '../commands/change-ticket.js';
import { TakeNextTicket } from '../commands/take-next-ticket.js';
import { EnterTicket } from '../commands/enter-ticket.js';
import { TicketReader } from './ticket-reader.js';
import { receivedAtOf } from './received-at.js';
import { ChangeInput, EnterInput, TakeNextInput } from './requests.dto.js';
import { HistoryDto, RestrictedTicketDto, TicketDto } from './ticket.dto.js';

@ApiTags('tickets')
@ApiExtraModels(TicketDto, RestrictedTicketDto)
@Controller('tickets')
export class TicketsController {
  constructor(
    private readonly enter: EnterTicket,
    private readonly change: ChangeTicket,
    private readonly next: TakeNextTicket,
    private readonly clock: Clock,
    private readonly reader: TicketReader,
  ) {}

  @Post()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D6: a ticket entered by an agent: telephone, chat, proactive mail' })
  @ApiCreatedResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(TicketDto) }, { $ref: getSchemaPath(RestrictedTicketDto) }],
    },
  })
  async create(
    @Body() body: EnterInput,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto | RestrictedTicketDto> {
    const { reason, receivedAt, requester, ...rest } = body;
    const { ticketId } = await this.enter.run(scope, {
      ...rest,
      reason: reason ?? null,
      ...(requester === undefined ? {} : { requester }),
      ...(receivedAt === undefined
        ? {}
        : { receivedAt: receivedAtOf(receivedAt, this.clock.now()) }),
    });
    return this.reader.afterChange(scope, ticketId);
  }

  @Post('take-next')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary:
      'The unassigned ticket that is due first in my queues becomes mine; 404 where none waits',
  })
  @ApiOkResponse({ type: TicketDto })
  async takeNext(
    @Body() { queue }: TakeNextInput,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    const { ticketId } = await this.next.run(scope, queue ?? null);
    return this.reader.detail(scope, ticketId);
  }

  @Get(':protocol')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'One ticket; 404 where it lies in a queue that you may not see (D20)' })
  @ApiOkResponse({ type: TicketDto })
  detail(
    @Param('protocol', NumericIdPipe) protocol: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    return this.reader.detail(scope, protocol);
  }

  @Patch(':protocol')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Status, reason, queue, assignee, requester, priority, tags, lane' })
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(TicketDto) }, { $ref: getSchemaPath(RestrictedTicketDto) }],
    },
  })
  async patch(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: ChangeInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto | RestrictedTicketDto> {
    const { version: _, ...wanted } = body;
    await this.change.run(scope, protocol, { ...wanted, expected });
    return this.reader.afterChange(scope, protocol);
  }

  @Get(':protocol/history')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Every change: who, what, when, before, after' })
  @ApiOkResponse({ type: HistoryDto })
  history(
    @Param('protocol', NumericIdPipe) protocol: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<HistoryDto> {
    return this.reader.history(scope, protocol);
  }
}
