import { isDeepStrictEqual } from 'node:util';
import { Alarms, createLogger, Database, messageOf, Wakeups } from '../platform/index.js';
import { CONFIG_WAKEUP } from './commands/apply-config.js';
import type { CurrentConfig } from './current-config.js';
import type { ConfigProblem } from './problems.js';
import type { ConfigResult } from './load.js';
import { ConfigVersionsStore, type StoredVersion } from './store/config-versions.store.js';

const log = createLogger('config');
const ALARM = 'config.version';

/** Makes a usable configuration of a stored version, with this process's own secrets. */
export type ResolveVersion = (stored: StoredVersion) => ConfigResult;

/** How often, and how long another process's apply may take to arrive here. */
export interface FollowerPace {
  /** Between questions for the newest version's number. */
  readonly pollMs: number;
  /** Between readings of the surroundings (`${file:…}`, helpdesk.yaml): no version tells that they changed. */
  readonly reReadMs: number;
}

/** Making a configuration of the newest version takes some ten milliseconds, asking for its number hardly anything. */
const PACE: FollowerPace = { pollMs: 2_000, reReadMs: 15_000 };

/**
 * Keeps `CurrentConfig` at the newest version, filled in from this process's surroundings as they are now: a changed
 * secret file comes into force without a restart. What this process cannot use (a secret is missing here) does not stop
 * it: it goes on with what it has, says so by an alarm, and tries again at every look.
 */
export class ConfigFollower {
  private readonly versions = new ConfigVersionsStore();
  private stopping: AbortController | null = null;
  private loop: Promise<void> = Promise.resolve();
  private alarmed = false;
  private readAt = performance.now();

  constructor(
    private readonly database: Database,
    private readonly current: CurrentConfig,
    private readonly alarms: Alarms,
    private readonly wakeups: Wakeups,
    private readonly resolve: ResolveVersion,
    private readonly pace: FollowerPace = PACE,
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

  /**
   * Reads the newest version and the surroundings once; true where something else came into force. Throws only what
   * the database throws.
   */
  async look(): Promise<boolean> {
    const newest = await this.versions.newest(this.database);
    if (newest === null) return false;
    this.readAt = performance.now();
    const result = this.resolve(newest);
    if ('problems' in result) {
      await this.alarm(newest.version, result.problems);
      return false;
    }
    await this.calm();
    const isNew = newest.version !== this.current.version;
    if (!isNew && isDeepStrictEqual(result.config, this.current.get())) return false;
    this.current.replace({ version: newest.version, config: result.config });
    log.info(
      { version: newest.version },
      isNew
        ? 'a new version of the configuration is in force'
        : 'secrets were re-read: changed values are in force',
    );
    return true;
  }

  /** True where a look may find something: asked often, so it costs one small query at most. */
  private async isWorthALook(): Promise<boolean> {
    if (this.alarmed || performance.now() - this.readAt >= this.pace.reReadMs) return true;
    return (await this.versions.newestNumber(this.database)) !== this.current.version;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let heard = this.wakeups.times(CONFIG_WAKEUP);
    while (!signal.aborted) {
      if (this.wakeups.times(CONFIG_WAKEUP) === heard)
        await this.wakeups.sleep(CONFIG_WAKEUP, this.pace.pollMs, signal);
      if (signal.aborted) return;
      // An apply in this process, also one during the last look: the document may be the old one, its secrets new.
      const woken = this.wakeups.times(CONFIG_WAKEUP) !== heard;
      heard = this.wakeups.times(CONFIG_WAKEUP);
      try {
        if (woken || (await this.isWorthALook())) await this.look();
      } catch (error) {
        log.warn(
          { error: messageOf(error) },
          'the newest configuration could not be read; the one in force stays',
        );
      }
    }
  }

  private async alarm(version: number, problems: readonly ConfigProblem[]): Promise<void> {
    this.alarmed = true;
    const inForce = this.current.version;
    const what =
      version === inForce
        ? `A process cannot read version ${version} of the configuration any more and goes on with the values it has: mend the files or variables that are named here.`
        : `A process cannot use version ${version} of the configuration and goes on with version ${inForce}: set what is missing in its environment and restart it.`;
    await this.alarms.raise(ALARM, 'critical', what, { version, inForce, problems });
  }

  private async calm(): Promise<void> {
    if (!this.alarmed) return;
    this.alarmed = false;
    await this.alarms.clear(ALARM);
  }
}
