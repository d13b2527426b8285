import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { RouteAccess } from '../../platform/http/index.js';
import { Metrics } from '../metrics.js';
import { Readiness } from '../readiness.js';

/** For machines that watch over the helpdesk; outside /api/v1. */
@ApiExcludeController()
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  /** The process is there and its event loop turns. Says nothing about the database: a restart would not mend that. */
  @Get('health/live')
  @RouteAccess('public')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /**
   * 200 when requests are welcome, else 503 with the reason in one word. `degraded` is ready as well: mail or deadlines
   * need a person, and `alarms` names what. `expires`: seconds until a mailbox's certificates and authorization run out.
   */
  @Get('health/ready')
  @RouteAccess('public')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response): Promise<{
    status: string;
    why?: string;
    alarms?: readonly string[];
    expires?: Readonly<Record<string, number>>;
  }> {
    const answer = await this.readiness.check();
    if (answer.ready) {
      const { alarms } = answer;
      const counted = Object.keys(answer.expires).length > 0 ? { expires: answer.expires } : {};
      return alarms.length === 0
        ? { status: 'ready', ...counted }
        : { status: 'degraded', alarms, ...counted };
    }
    response.status(503);
    return { status: 'not_ready', why: answer.why };
  }

  @Get('metrics')
  @RouteAccess('operations')
  async scrape(@Res() response: Response): Promise<void> {
    const page = await this.metrics.read();
    response.setHeader('Content-Type', this.metrics.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.send(page);
  }
}
