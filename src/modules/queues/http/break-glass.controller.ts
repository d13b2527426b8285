import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { NumericIdPipe, RouteAccess } from '../../../platform/http/index.js';
import { CurrentActor, type Actor } from '../../agents/index.js';
import { BreakGlass } from '../commands/break-glass.js';
import { BreakGlassDto, BrokenGlassDto } from './queues.dto.js';

@ApiTags('tickets')
@Controller('tickets')
export class BreakGlassController {
  constructor(private readonly breakGlass: BreakGlass) {}

  @Post(':protocol/break-glass')
  @RouteAccess('admin')
  @ApiOperation({
    summary: 'D20: see one ticket of a queue you are no member of, for an hour; recorded',
  })
  @ApiCreatedResponse({ type: BrokenGlassDto })
  async open(
    @Param('protocol', NumericIdPipe) protocol: string,
    @Body() body: BreakGlassDto,
    @CurrentActor() actor: Actor,
  ): Promise<BrokenGlassDto> {
    const { expiresAt } = await this.breakGlass.run(actor, protocol, body.reason.trim());
    return { protocol, expiresAt: expiresAt.toISOString() };
  }
}
