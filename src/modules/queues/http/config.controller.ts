import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentConfig } from '../../../config/index.js';
import { RouteAccess } from '../../../platform/http/index.js';
import { withoutSecrets } from './without-secrets.js';

@ApiTags('configuration')
@Controller('config')
export class ConfigController {
  constructor(private readonly config: CurrentConfig) {}

  /** Read-only: configuration is changed in helpdesk.yaml, never here. */
  @Get()
  @RouteAccess('admin')
  @ApiOperation({ summary: 'The configuration in force, without secrets' })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { version: { type: 'integer' }, config: { type: 'object' } },
    },
  })
  inForce(): { version: number; config: unknown } {
    return { version: this.config.version, config: withoutSecrets(this.config.get()) };
  }
}
