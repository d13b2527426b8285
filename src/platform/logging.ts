import { AsyncLocalStorage } from 'node:async_hooks';
import pino from 'pino';

const correlation = new AsyncLocalStorage<string>();

/** Runs `work` so that every log line written inside carries this correlation id (one per message or request). */
export function withCorrelation<Result>(correlationId: string, work: () => Result): Result {
  return correlation.run(correlationId, work);
}

export function correlationId(): string | undefined {
  return correlation.getStore();
}

export type Logger = pino.Logger;

const stdout = pino.destination({ fd: 1, sync: true });
let write = (line: string): void => void stdout.write(line);

/** Sends every line elsewhere than to standard output: tests keep them and search them for secrets. */
export function sendLogsTo(sink: (line: string) => void): void {
  write = sink;
}

/** The log level is set once at start (`LOG_LEVEL`); the default suits tests and tools. */
const root = pino(
  {
    level: 'info',
    base: { service: 'helpdesk' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const id = correlation.getStore();
      return id === undefined ? {} : { correlationId: id };
    },
    // Bodies, subjects, addresses and secrets are not logged at all; these paths are the net below that rule.
    redact: {
      paths: [
        'password',
        'pass',
        'secret',
        'token',
        'authorization',
        '*.password',
        '*.pass',
        '*.secret',
        '*.token',
        '*.accessToken',
        '*.refreshToken',
        'req.headers',
      ],
      censor: '[removed]',
    },
  },
  { write: (line: string) => write(line) },
);

const children: Logger[] = [];

/** A logger for one component: `createLogger('mailbox-intake')`. Structured JSON on standard output. */
export function createLogger(component: string): Logger {
  const child = root.child({ component });
  children.push(child);
  return child;
}

/** Sets the level of every logger, also of those already made: `LOG_LEVEL` is known only after imports have run. */
export function setLogLevel(level: string): void {
  for (const logger of [root, ...children]) logger.level = level;
}
