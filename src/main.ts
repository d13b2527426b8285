/** The helpdesk process: started and supervised by `launcher/start.ts`, which has made the database ready. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { AppModule } from './app.module.js';
import { readEnvironment, type Environment } from './config/env.js';
import { ConfigModule, CurrentConfig, refusal } from './config/index.js';
import { nestLogger } from './launcher/nest-logger.js';
import { listenProblem } from './launcher/port.js';
import { Readiness } from './operations/index.js';
import { refuseUnfinishedRestoreAt } from './platform/database/unfinished-restore.js';
import { Background, createLogger, OperatorError, setLogLevel } from './platform/index.js';
import { setUpHttp } from './platform/http/index.js';

const log = createLogger('main');
/** The supervisor kills after ten; what is not handed back by then comes back through leases. */
const STOP_WITHIN_MS = 9_500;

async function main(): Promise<void> {
  const { environment, problems } = readEnvironment();
  setLogLevel(environment.logLevel);
  if (problems.length > 0) throw refusal(problems, environment.configFile);
  const app = await application(environment);
  stopOn(app);
  await listen(app, environment);
  if (environment.role !== 'api') app.get(Background, { strict: false }).startAll();
}

async function application(environment: Environment): Promise<NestExpressApplication> {
  const databaseUrl = environment.databaseUrl;
  if (databaseUrl === null) {
    throw new OperatorError('This process needs DATABASE_URL: start the helpdesk with npm start.');
  }
  // Whoever started this process may have looked at the database long before a restore into it began.
  await refuseUnfinishedRestoreAt(databaseUrl);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot({
      databaseUrl,
      configuration: ConfigModule.forRoot({
        env: environment.variables,
        configFile: environment.configFile,
      }),
    }),
    { bodyParser: false, logger: nestLogger, abortOnError: false, forceCloseConnections: true },
  );
  const config = app.get(CurrentConfig, { strict: false });
  const { http, limits } = config.get();
  setUpHttp(app, {
    trustedProxies: http.trustedProxies,
    requestBytes: limits.requestBytes,
    operationsToken: () => config.get().http.metricsToken,
    secure: http.publicUrl.startsWith('https:'),
    watchedOnly: environment.role === 'worker',
  });
  return app;
}

async function listen(app: NestExpressApplication, environment: Environment): Promise<void> {
  const host = app.get(CurrentConfig, { strict: false }).get().http.listen;
  try {
    await app.listen(environment.port, host);
  } catch (error) {
    throw listenProblem(error, environment.port, host) ?? error;
  }
  log.info({ host, port: environment.port, role: environment.role }, 'the helpdesk is ready');
}

/** SIGTERM, SIGINT and the end of our supervisor: no new requests, everything in hand finished or handed back. */
function stopOn(app: NestExpressApplication): void {
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    setTimeout(() => {
      log.error('not everything stopped within ten seconds, ending');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    stopGracefully(app).then(
      () => process.exit(0),
      (error: unknown) => die('the helpdesk did not stop in good order', error),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  if (process.channel !== undefined) process.on('disconnect', () => stop('the supervisor is gone'));
}

async function stopGracefully(app: NestExpressApplication): Promise<void> {
  app.get(Readiness, { strict: false }).leave();
  // The port is free at once for whoever comes next; requests in hand go on.
  const server = app.getHttpServer() as Server;
  server.close();
  server.closeIdleConnections();
  await app.get(Background, { strict: false }).stopAll();
  await app.close();
}

function die(message: string, error: unknown): never {
  log.fatal({ err: error }, message);
  process.exit(1);
}

process.on('uncaughtException', (error) => die('unexpected error, ending', error));
process.on('unhandledRejection', (error) => die('unexpected rejection, ending', error));

main().catch((error: unknown) => {
  if (error instanceof OperatorError) {
    process.stderr.write(`\n${error.message}\n\n`);
    process.exit(2);
  }
  die('the helpdesk did not start', error);
});
