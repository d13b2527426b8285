import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { ReplayMail, type ReplayResult } from '../commands/replay-mail.js';
import { IntakeListStore, type IntakeListing } from '../store/intake-list.store.js';
import { IntakeDto, IntakeQuery, ReplayDto, ReplayQuery } from './intake.dto.js';

/** The journal of everything that reached a mailbox; every row is cut by queue (D20). */
@ApiTags('intake')
@Controller('intake')
export class IntakeController {
  constructor(
    private readonly intake: IntakeListStore,
    private readonly replayMail: ReplayMail,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'Messages that reached the mailboxes, newest first' })
  @pageOf(IntakeDto)
  async list(
    @CurrentScope() scope: AccessScope,
    @Query() query: IntakeQuery,
  ): Promise<Page<IntakeDto>> {
    const beforeId = query.cursor === undefined ? null : String(decodeCursor(query.cursor, 1)[0]);
    if (beforeId !== null && !/^\d{1,18}$/.test(beforeId)) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'cursor', reason: 'is not a cursor of this list' }],
      });
    }
    const rows = await this.intake.list(scope, {
      disposition: query.disposition ?? null,
      mailboxKey: query.mailbox ?? null,
      beforeId,
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    return {
      items: page.map((row) => IntakeDto.of(row)),
      nextCursor: rows.length > query.limit ? encodeCursor([page.at(-1)!.id]) : null,
    };
  }

  @Get(':id')
  @RouteAccess('agent')
  @ApiOperation({ summary: 'One message with every decision and its evidence' })
  @ApiOkResponse({ type: IntakeDto })
  async show(
    @CurrentScope() scope: AccessScope,
    @Param('id', NumericIdPipe) id: string,
  ): Promise<IntakeDto> {
    return IntakeDto.of(await this.visible(scope, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({
    summary:
      'D22: run today’s code over the stored bytes: fills the stub ticket of a quarantined message, compares any other; ?apply=true applies what differs, ?apply=false changes nothing at all',
  })
  @ApiOkResponse({ type: ReplayDto })
  async replay(
    @CurrentScope() scope: AccessScope,
    @Param('id', NumericIdPipe) id: string,
    @Query() { apply }: ReplayQuery,
  ): Promise<ReplayDto> {
    const recorded = await this.visible(scope, id);
    const asked = apply ?? recorded.state === 'quarantined';
    const result = await this.replayMail.run(id, { dryRun: !asked });
    return replayDto(recorded, await this.intake.without(scope, result));
  }

  private async visible(scope: AccessScope, id: string): Promise<IntakeListing> {
    const row = await this.intake.find(scope, id);
    if (row === null) throw new AppError('not_found');
    return row;
  }
}

export function replayDto(recorded: IntakeListing, result: ReplayResult): ReplayDto {
  return {
    result: result.kind,
    differs: result.differences.length > 0,
    differences: result.differences,
    leftToPeople: result.leftToPeople,
    disposition: result.disposition,
    ticket: result.ticketId,
    decisions: result.decisions,
    recorded: IntakeDto.of(recorded),
  };
}
