import { Alarms, createLogger, Database, messageOf, Wakeups } from '../platform/index.js';
import { CONFIG_WAKEUP } from './commands/apply-config.js';
import type { CurrentConfig } from './current-config.js';
import { formatProblems } from './problems.js';
import type { ConfigResult } from './load.js';
import { ConfigVersionsStore, type StoredVersion } from './store/config-versions.store.js';

const log = createLogger('config');
const ALARM = 'config.version';

/** Makes a usable configuration of a stored version, with this process's own secrets. */
export type ResolveVersion = (stored: StoredVersion) => ConfigResult;

/**
 * Keeps `CurrentConfig` at the newest version. A version that this process cannot use (a secret is missing here) does
 * not stop it: it goes on with the version it has, says so by an alarm, and tries again at every look.
 */
export class ConfigFollower {
  private readonly versions = new ConfigVersionsStore();
  private stopping: AbortController | null = null;
  private loop: Promise<void> = Promise.resolve();
  private alarmed = false;

  constructor(
    private readonly database: Database,
    private readonly current: CurrentConfig,
    private readonly alarms: Alarms,
    private readonly wakeups: Wakeups,
    private readonly resolve: ResolveVersion,
    /** Looks without being woken: how long another process's apply may take to arrive here. */
    private readonly pollIntervalMs = 2_000,
  ) {}

  start(): void {
    if (this.stopping !== null) return;
    this.stopping = new AbortController();
    this.loop = this.follow(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.loop;
    this.stopping = null;
  }

  /** Looks once; true where another version came into force. Throws only what the database throws. */
  async look(): Promise<boolean> {
    if ((await this.versions.newestNumber(this.database)) === this.current.version) {
      await this.calm();
      return false;
    }
    const newest = await this.versions.newest(this.database);
    if (newest === null || newest.version === this.current.version) return false;
    const result = this.resolve(newest);
    if ('problems' in result) {
      await this.alarm(newest.version, result.problems);
      return false;
    }
    this.current.replace({ version: newest.version, config: result.config });
    log.info({ version: newest.version }, 'a new version of the configuration is in force');
    await this.calm();
    return true;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.wakeups.sleep(CONFIG_WAKEUP, this.pollIntervalMs, signal);
      if (signal.aborted) return;
      try {
        await this.look();
      } catch (error) {
        log.warn(
          { error: messageOf(error) },
          'the newest configuration could not be read; the one in force stays',
        );
      }
    }
  }

  private async alarm(
    version: number,
    problems: Parameters<typeof formatProblems>[0],
  ): Promise<void> {
    this.alarmed = true;
    await this.alarms.raise(
      ALARM,
      'critical',
      `A process cannot use version ${version} of the configuration and goes on with version ${this.current.version}: set what is missing in its environment and restart it.`,
      { version, inForce: this.current.version, problems },
    );
  }

  private async calm(): Promise<void> {
    if (!this.alarmed) return;
    this.alarmed = false;
    await this.alarms.clear(ALARM);
  }
}
