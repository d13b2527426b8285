import type { LoggerService } from '@nestjs/common';
import { createLogger } from '../platform/logging.js';

const log = createLogger('nest');

/** Nest's own lines as structured ones: its chatter about routes and modules only at level debug. */
export const nestLogger: LoggerService = {
  log: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
  verbose: (message: unknown, context?: unknown) => log.trace({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => log.warn({ context }, String(message)),
  error: (message: unknown, stack?: unknown, context?: unknown) =>
    log.error({ context, stack }, String(message)),
  fatal: (message: unknown, context?: unknown) => log.fatal({ context }, String(message)),
};
