import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import type { Environment } from '../config/env.js';
import type { LoadedConfig } from '../config/index.js';
import { migrate } from '../platform/database/migrate.js';
import { messageOf } from '../platform/errors.js';
import { createLogger } from '../platform/logging.js';
import { applyConfiguration } from './configuration.js';
import { openDatabase, type DatabaseAccess } from './database.js';
import { packageRoot } from './package-root.js';
import { Supervisor } from './supervisor.js';

const log = createLogger('start');
const DATABASE_BACKOFF_MS = 2_000;

export interface RunningOptions {
  readonly environment: Environment;
  readonly loaded: LoadedConfig;
  /** Further variables of the child. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where the child's output goes: a file descriptor, or ours. */
  readonly output?: number;
  /** Called with the connection string when the database is migrated and configured, before the child starts. */
  readonly onDatabase?: (databaseUrl: string) => Promise<void>;
}

/**
 * One running helpdesk: the database (embedded or by DATABASE_URL), migrated and configured, and the supervised child.
 * The embedded database belongs to this process and lives on while the child is started again.
 */
export class Running {
  private database: DatabaseAccess | null = null;
  private supervisor: Supervisor | null = null;
  private stopped = false;

  constructor(private readonly options: RunningOptions) {}

  /** Resolves with the exit code when everything has ended. Throws OperatorErrors of the start. */
  async run(): Promise<number> {
    try {
      this.database = await openDatabase(this.options.environment);
      const { url } = this.database;
      const applied = await migrate(url, path.join(packageRoot(), 'migrations'));
      if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
      await applyConfiguration(url, this.options.loaded);
      await this.options.onDatabase?.(url);
      if (this.stopped) return 0;
      this.supervisor = new Supervisor({
        module: path.join(packageRoot(), 'dist/src/main.js'),
        env: () => ({
          ...this.options.environment.variables,
          ...this.options.variables,
          DATABASE_URL: this.database?.url,
        }),
        ...(this.options.output === undefined ? {} : { output: this.options.output }),
      });
      void this.keepDatabase();
      return await this.supervisor.run();
    } finally {
      this.stopped = true;
      await this.database?.stop();
    }
  }

  /** Ends everything in good order; `run` resolves afterwards. Safe to call at any time and again. */
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
      await this.reopenDatabase();
    }
  }

  private async reopenDatabase(): Promise<void> {
    const before = this.database?.url;
    while (!this.stopped) {
      try {
        this.database = await openDatabase(this.options.environment);
        if (this.database.url === before) return;
        log.warn('the database moved to another port, starting the helpdesk process again');
        this.supervisor?.restart();
        return;
      } catch (error) {
        log.error({ err: messageOf(error) }, 'PostgreSQL did not start again, trying on');
        await delay(DATABASE_BACKOFF_MS);
      }
    }
  }
}
