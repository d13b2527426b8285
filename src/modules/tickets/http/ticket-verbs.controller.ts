import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, type AccessScope } from '../../queues/index.js';
import { ClockDto, clockDto, Sla } from '../../sla/index.js';
import { Database } from '../../../platform/index.js';
import {
  Expected,
  NumericIdPipe,
  pageOf,
  RouteAccess,
  type ExpectedVersion,
  type Page,
} from '../../../platform/http/index.js';
import { EscalateTicket } from '../commands/escalate-ticket.js';
import { HandBackTicket } from '../commands/hand-back-ticket.js';
import { JudgeSuspect } from '../commands/judge-suspect.js';
import { RedirectTicket } from '../commands/redirect-ticket.js';
import { requireReadable } from '../store/ticket-access.js';
import {
  EscalationInput,
  HandBackInput,
  HandBackQuery,
  RedirectionInput,
  SpamInput,
} from './requests.dto.js';
import { TicketReader } from './ticket-reader.js';
import { TicketDto, type RestrictedTicketDto } from './ticket.dto.js';

@ApiTags('tickets')
@Controller('tickets/:protocol')
export class TicketVerbsController {
  constructor(
    private readonly escalations: EscalateTicket,
    private readonly handBacks: HandBackTicket,
    private readonly suspects: JudgeSuspect,
    private readonly redirections: RedirectTicket,
    private readonly reader: TicketReader,
  ) {}

  @Post('escalation')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D11, D14, D20: hand to a second team; the customer is told the date' })
  @ApiCreatedResponse({ type: TicketDto })
  async escalate(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: EscalationInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto | RestrictedTicketDto> {
    const { version: _, ...wanted } = body;
    await this.escalations.run(scope, protocol, { ...wanted, expected });
    return this.reader.afterChange(scope, protocol);
  }

  @Delete('escalation')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D11: hand back with an outcome' })
  @ApiOkResponse({ type: TicketDto })
  async handBack(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Query() query: HandBackQuery,
    @Body() body: HandBackInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto | RestrictedTicketDto> {
    const outcome = body.outcome ?? query.outcome ?? '';
    await this.handBacks.run(scope, protocol, { outcome, expected });
    return this.reader.afterChange(scope, protocol);
  }

  @Post('redirection')
  @RouteAccess('agent')
  @ApiOperation({
    summary:
      'D5: the customer is pointed to another channel by template; closes as out_of_scope when the mail is accepted',
  })
  @ApiCreatedResponse({ type: TicketDto })
  async redirect(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: RedirectionInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    const { reason } = body;
    await this.redirections.run(scope, protocol, {
      ...(reason === undefined ? {} : { reason }),
      expected,
    });
    return this.reader.detail(scope, protocol);
  }

  @Post('spam')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D23: it is spam: resolved as such' })
  @ApiOkResponse({ type: TicketDto })
  async confirmSpam(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() _body: SpamInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    await this.suspects.confirm(scope, protocol, { expected });
    return this.reader.detail(scope, protocol);
  }

  @Delete('spam')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'D23: it is no spam: into the inbox, acknowledged now' })
  @ApiOkResponse({ type: TicketDto })
  async releaseSpam(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() _body: SpamInput,
    @Expected() expected: ExpectedVersion,
    @CurrentScope() scope: AccessScope,
  ): Promise<TicketDto> {
    await this.suspects.release(scope, protocol, { expected });
    return this.reader.detail(scope, protocol);
  }
}

@ApiTags('tickets')
@Controller('tickets/:protocol/deadlines')
export class DeadlinesController {
  constructor(
    private readonly database: Database,
    private readonly sla: Sla,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Each clock with the days that were counted and skipped, and why' })
  @pageOf(ClockDto)
  async list(
    @Param('protocol', NumericIdPipe) protocol: string,
    @CurrentScope() scope: AccessScope,
  ): Promise<Page<ClockDto>> {
    await requireReadable(this.database, scope, protocol);
    return { items: (await this.sla.clocksOf(protocol)).map(clockDto), nextCursor: null };
  }
}
