/** `npm start`: database, migrations, configuration, then the helpdesk itself as a supervised child. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readEnvironment, type Environment } from '../config/env.js';
import { migrate } from '../platform/database/migrate.js';
import { messageOf } from '../platform/errors.js';
import { createLogger, setLogLevel } from '../platform/logging.js';
import { applyConfiguration, checkedConfiguration } from './configuration.js';
import { openDatabase, type DatabaseAccess } from './database.js';
import { packageRoot } from './package-root.js';
import { assertPortFree } from './port.js';
import { runMain } from './run-main.js';
import { Supervisor } from './supervisor.js';

const log = createLogger('start');
const DATABASE_BACKOFF_MS = 2_000;

async function main(): Promise<number> {
  const { environment, problems } = readEnvironment();
  setLogLevel(environment.logLevel);
  const loaded = checkedConfiguration(environment, problems);
  await assertPortFree(environment.port, loaded.config.http.listen);
  const running = new Running(environment);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => running.stop());
  return running.run(async (databaseUrl) => {
    const applied = await migrate(databaseUrl, path.join(packageRoot(), 'migrations'));
    if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
    await applyConfiguration(databaseUrl, loaded);
  });
}

/** The embedded database and the supervised child; the database lives on while the child is started again. */
class Running {
  private database: DatabaseAccess | null = null;
  private supervisor: Supervisor | null = null;
  private stopped = false;

  constructor(private readonly environment: Environment) {}

  async run(prepare: (databaseUrl: string) => Promise<void>): Promise<number> {
    try {
      this.database = await openDatabase(this.environment);
      if (this.stopped) return 0;
      await prepare(this.database.url);
      if (this.stopped) return 0;
      this.supervisor = new Supervisor({
        module: path.join(packageRoot(), 'dist/src/main.js'),
        env: () => ({ ...process.env, DATABASE_URL: this.database?.url }),
      });
      void this.keepDatabase();
      return await this.supervisor.run();
    } finally {
      this.stopped = true;
      await this.database?.stop();
    }
  }

  stop(): void {
    this.stopped = true;
    this.supervisor?.stop();
  }

  /** An embedded server that died is started again on the same folder and port; the child reconnects by itself. */
  private async keepDatabase(): Promise<void> {
    for (;;) {
      const sentence = await this.database!.gone;
      if (this.stopped) return;
      log.error(sentence);
      await this.database!.stop();
      this.database = await this.reopenDatabase();
    }
  }

  private async reopenDatabase(): Promise<DatabaseAccess> {
    for (;;) {
      try {
        const before = this.database!.url;
        const database = await openDatabase(this.environment);
        this.database = database;
        if (database.url !== before) {
          log.warn('the database moved to another port, starting the helpdesk process again');
          this.supervisor?.restart();
        }
        return database;
      } catch (error) {
        log.error({ err: messageOf(error) }, 'PostgreSQL did not start again, trying on');
        await delay(DATABASE_BACKOFF_MS);
      }
    }
  }
}

runMain(main);
