import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CurrentConfig } from '../../../config/index.js';
import { RouteAccess } from '../../../platform/http/index.js';

export class ReasonDto {
  @ApiProperty({ example: 'dominios' })
  key: string;

  @ApiProperty({ example: 'Domínios' })
  label: string;

  @ApiProperty({ description: 'Key of the queue that works it', example: 'support' })
  queue: string;

  @ApiProperty({
    enum: ['ticket', 'redirect'],
    description: 'redirect: the customer needs another channel (D5)',
  })
  action: 'ticket' | 'redirect';

  @ApiProperty({ description: 'No longer offered; old tickets keep it' })
  retired: boolean;
}

export class ReasonListDto {
  @ApiProperty({ type: [ReasonDto] })
  items: ReasonDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

/** The contact reasons in force (D3). Configuration, so every agent sees all of them. */
@ApiTags('reasons')
@Controller('reasons')
export class ReasonsController {
  constructor(private readonly config: CurrentConfig) {}

  @Get()
  @RouteAccess('agent')
  @ApiOkResponse({ type: ReasonListDto })
  list(): ReasonListDto {
    const items = Object.entries(this.config.get().reasons).map(([key, reason]) => ({
      key,
      label: reason.label,
      queue: reason.queue,
      action: reason.action,
      retired: reason.retired,
    }));
    return { items, nextCursor: null };
  }
}
