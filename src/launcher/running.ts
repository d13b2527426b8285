import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../platform/errors.js';
import { createLogger, setLogLevel } from '../platform/logging.js';
import { openDatabase, type DatabaseAccess } from './database.js';
import { packageRoot } from './package-root.js';
import { Preparation, type Checked } from './preparation.js';
import { Supervisor } from './supervisor.js';

const log = createLogger('start');
const DATABASE_BACKOFF_MS = 2_000;

export interface RunningOptions {
  /** The environment of everything that is started. */
  readonly variables: NodeJS.ProcessEnv;
  /** Where the output of children goes: a file descriptor, or ours. */
  readonly output?: number;
  /** Of this process; default: LOG_LEVEL. */
  readonly logLevel?: string;
  /** Called with the connection string when the database is migrated and configured, before the child starts. */
  readonly onDatabase?: (databaseUrl: string) => void;
}

/**
 * One running helpdesk: the database (embedded or by DATABASE_URL), migrated and configured, and the supervised child.
 * The embedded database belongs to this process and lives on while the child is started again.
 */
export class Running {
  private checked: Checked | null = null;
  private preparation: Preparation | null = null;
  private database: DatabaseAccess | null = null;
  private supervisor: Supervisor | null = null;
  private stopped = false;

  constructor(private readonly options: RunningOptions) {}

  /** Resolves with the exit code when everything has ended. Throws OperatorErrors of the database. */
  async run(): Promise<number> {
    try {
      const refused = await this.prepare();
      if (this.stopped) return 0;
      if (refused !== 0) return refused;
      this.supervisor = new Supervisor({
        module: path.join(packageRoot(), 'dist/src/main.js'),
        env: () => ({ ...this.options.variables, DATABASE_URL: this.database?.url }),
        ...(this.options.output === undefined ? {} : { output: this.options.output }),
      });
      void this.keepDatabase();
      return await this.supervisor.run();
    } finally {
      this.stopped = true;
      this.preparation?.cancel();
      await this.database?.stop();
    }
  }

  /** Check, open, migrate, apply. Returns the exit code of a refusal, which has been explained by then, or 0. */
  private async prepare(): Promise<number> {
    this.preparation = new Preparation(this.options);
    const checked = await this.preparation.checked();
    if (typeof checked === 'number') return checked;
    this.checked = checked;
    setLogLevel(this.options.logLevel ?? checked.logLevel);
    this.database = await openDatabase(checked);
    if (this.stopped) return 0;
    const refused = await this.preparation.apply(this.database.url);
    if (refused === 0) this.options.onDatabase?.(this.database.url);
    return refused;
  }

  /** Ends everything in good order; `run` resolves afterwards. Safe to call at any time and again. */
  stop(): void {
    this.stopped = true;
    this.preparation?.cancel();
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
        this.database = await openDatabase(this.checked!);
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
