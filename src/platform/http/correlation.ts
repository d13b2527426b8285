import type { NextFunction, Request, Response } from 'express';
import { newId } from '../ids.js';
import { createLogger, withCorrelation } from '../logging.js';

const log = createLogger('http');

/**
 * Gives each request an id, on every log line inside and in the answer's X-Correlation-Id, and writes one line when the
 * answer is out. The line names the route's pattern, never the path: paths hold protocols and customers' tokens.
 */
export function correlate(request: Request, response: Response, next: NextFunction): void {
  const id = newId();
  const began = performance.now();
  response.setHeader('X-Correlation-Id', id);
  response.once('finish', () => {
    const route = (request.route as { path?: unknown } | undefined)?.path;
    const line = {
      correlationId: id,
      method: request.method,
      route: typeof route === 'string' ? route : 'unmatched',
      status: response.statusCode,
      durationMs: Math.round(performance.now() - began),
    };
    if (line.route.startsWith('/health') || line.route === '/metrics') log.debug(line, 'request');
    else log.info(line, 'request');
  });
  withCorrelation(id, next);
}
