import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsISO8601 } from 'class-validator';
import { AppError, Clock, Database } from '../../../platform/index.js';
import { Optional, RouteAccess } from '../../../platform/http/index.js';
import type { AccessScope } from '../queues.facade.js';
import { AbsenceStore } from '../store/absence.store.js';
import { CurrentScope } from './current-scope.js';

export class AbsenceInput {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'RFC 3339 with offset; absent: until DELETE',
  })
  @Optional()
  @IsISO8601({ strict: true })
  until?: string;
}

export class AbsenceDto {
  @ApiProperty({ type: Boolean })
  absent: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  since: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  until: string | null;
}

/** Whether I am given tickets by automatic assignment. What I have stays mine. */
@ApiTags('me')
@Controller('me/absence')
export class AbsenceController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly absences: AbsenceStore,
  ) {}

  @Get()
  @RouteAccess('agent')
  @ApiOkResponse({ type: AbsenceDto })
  async show(@CurrentScope() { actor }: AccessScope): Promise<AbsenceDto> {
    const absence = await this.absences.of(actor.agentId, this.clock.now());
    return {
      absent: absence !== null,
      since: absence?.sinceAt.toISOString() ?? null,
      until: absence?.untilAt?.toISOString() ?? null,
    };
  }

  @Post()
  @HttpCode(200)
  @RouteAccess('agent')
  @ApiOperation({ summary: 'From now on automatic assignment gives me nothing' })
  @ApiOkResponse({ type: AbsenceDto })
  async begin(
    @Body() { until }: AbsenceInput,
    @CurrentScope() scope: AccessScope,
  ): Promise<AbsenceDto> {
    const now = this.clock.now();
    const untilAt = until === undefined ? null : new Date(until);
    if (untilAt !== null && !(untilAt > now)) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'until', reason: 'must be an instant that lies ahead' }],
      });
    }
    await this.database.inTransaction((tx) =>
      this.absences.begin(tx, scope.actor.agentId, { sinceAt: now, untilAt }),
    );
    return this.show(scope);
  }

  @Delete()
  @RouteAccess('agent')
  @ApiOperation({ summary: 'I am back' })
  @ApiOkResponse({ type: AbsenceDto })
  async end(@CurrentScope() scope: AccessScope): Promise<AbsenceDto> {
    await this.database.inTransaction((tx) => this.absences.end(tx, scope.actor.agentId));
    return this.show(scope);
  }
}
