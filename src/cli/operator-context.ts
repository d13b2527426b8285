import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Environment } from '../config/env.js';
import {
  ApplyConfig,
  ConfigModule,
  readConfigFile,
  refusal,
  type ConfigProblem,
  type LoadedConfig,
} from '../config/index.js';
import { ConfigVersionsStore } from '../config/store/config-versions.store.js';
import { borrowDatabase, databaseIsThere, type DatabaseAccess } from '../launcher/database.js';
import { nestLogger } from '../launcher/nest-logger.js';
import { packageRoot } from '../launcher/package-root.js';
import { migrate } from '../platform/database/migrate.js';
import { refuseUnfinishedRestoreAt } from '../platform/database/unfinished-restore.js';
import { SystemClock, type Database, OperatorError } from '../platform/index.js';
import type { CommandContext, CommandOutput } from './command.js';
import { openDatabase } from './store/open-database.js';
import { schemaState } from './store/schema-state.js';

const MIGRATIONS = path.join(packageRoot(), 'migrations');

type Token<Provider> = Type<Provider> | (abstract new (...args: never[]) => Provider);

/** Opens what a command asks for, once, and closes it in reverse order. */
export class OperatorContext implements CommandContext {
  private access: Promise<DatabaseAccess> | null = null;
  private opened: Promise<Database> | null = null;
  private application: Promise<INestApplicationContext> | null = null;
  private interrupted: AbortController | null = null;

  constructor(
    readonly environment: Environment,
    readonly environmentProblems: readonly ConfigProblem[],
    readonly output: CommandOutput,
  ) {}

  configFile(): LoadedConfig {
    const file = this.environment.configFile;
    const result = readConfigFile(file, this.environment.variables);
    const problems = 'problems' in result ? result.problems : [];
    if ('problems' in result || this.environmentProblems.length > 0) {
      throw refusal([...this.environmentProblems, ...problems], file);
    }
    return result;
  }

  async databaseUrl(): Promise<string> {
    if (this.environmentProblems.length > 0) {
      throw refusal(this.environmentProblems, this.environment.configFile);
    }
    this.access ??= borrowDatabase(this.environment);
    return (await this.access).url;
  }

  async helpdeskUrl(): Promise<string> {
    if (!databaseIsThere(this.environment)) throw this.noHelpdesk();
    const url = await this.databaseUrl();
    await refuseUnfinishedRestoreAt(url);
    const database = await openDatabase(url);
    try {
      const { kind } = await schemaState(database, MIGRATIONS);
      if (kind === 'fresh') throw this.noHelpdesk();
      if (kind === 'current' && (await new ConfigVersionsStore().newestNumber(database)) === 0) {
        throw this.noHelpdesk();
      }
      return url;
    } finally {
      await database.dataSource.destroy();
    }
  }

  async database(): Promise<Database> {
    this.opened ??= this.migratedDatabase();
    return this.opened;
  }

  async get<Provider>(type: Token<Provider>): Promise<Provider> {
    this.application ??= this.openApplication();
    return (await this.application).get<Provider>(type as Type<Provider>, { strict: false });
  }

  interruption(): AbortSignal {
    this.interrupted ??= abortedBySignals();
    return this.interrupted.signal;
  }

  async ask(question: string): Promise<string> {
    if (!process.stdin.isTTY)
      throw new OperatorError(`This needs an answer at a terminal: ${question}`);
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return (await terminal.question(`${question} `)).trim();
    } finally {
      terminal.close();
    }
  }

  async firstLineOfInput(): Promise<string> {
    const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
    for await (const line of lines) return line;
    throw new OperatorError('Standard input is empty: pipe the value into this command.');
  }

  async close(): Promise<void> {
    await this.application?.then((context) => context.close()).catch(() => undefined);
    await this.opened?.then(({ dataSource }) => dataSource.destroy()).catch(() => undefined);
    await this.access?.then((access) => access.stop()).catch(() => undefined);
  }

  private noHelpdesk(): OperatorError {
    const { databaseUrl, dataDirectory } = this.environment;
    return new OperatorError(
      databaseUrl === null
        ? `There is no helpdesk in ${path.resolve(dataDirectory)}: say by HELPDESK_DATA where it is, or by DATABASE_URL.`
        : 'There is no helpdesk in the database behind DATABASE_URL.',
    );
  }

  private async migratedDatabase(): Promise<Database> {
    const databaseUrl = await this.databaseUrl();
    await refuseUnfinishedRestoreAt(databaseUrl);
    const database = await openDatabase(databaseUrl);
    const state = await schemaState(database, MIGRATIONS);
    if (state.kind === 'fresh') await migrate(databaseUrl, MIGRATIONS);
    if (state.kind === 'behind') {
      await database.dataSource.destroy();
      throw new OperatorError(
        `The database lacks ${state.pending.join(', ')}: stop the helpdesk, run "npm run helpdesk -- migrate" and start it again.`,
      );
    }
    return database;
  }

  private async openApplication(): Promise<INestApplicationContext> {
    const database = await this.database();
    if (
      (await new ConfigVersionsStore().newestNumber(database)) === 0 &&
      existsSync(this.environment.configFile)
    ) {
      // Before the first start: the file is what the start would apply.
      await new ApplyConfig(database, new SystemClock()).run(this.configFile(), 'cli');
    }
    // Loaded only here: most commands need nothing of the application.
    const { AppModule } = await import('../app.module.js');
    const { configFile, variables: env } = this.environment;
    return contextOf(
      AppModule.forRoot({
        databaseUrl: await this.databaseUrl(),
        poolSize: 4,
        configuration: ConfigModule.forRoot({ env, configFile }),
      }),
    );
  }
}

/** Signals that come again change nothing: npm passes on the Ctrl-C that the terminal gave to us as well. */
function abortedBySignals(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => controller.abort(new OperatorError('Interrupted.')));
  }
  return controller;
}

function contextOf(
  module: Parameters<typeof NestFactory.createApplicationContext>[0],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(module, { logger: nestLogger, abortOnError: false });
}
