import { createHash } from 'node:crypto';
import type { Clock, Database, Tx, Wakeups } from '../../platform/index.js';
import type { LoadedConfig } from '../load.js';
import { ConfigVersionsStore, type StoredVersion } from '../store/config-versions.store.js';
import { ConfiguredKeysStore } from '../store/configured-keys.store.js';
import { differenceOf, type Change } from './difference.js';
import { keepUsedKeys } from './keep-used-keys.js';

/** Followers of the configuration in this process sleep on this topic. */
export const CONFIG_WAKEUP = 'config';

/** What an apply did, or in a dry run would do. */
export interface AppliedConfig {
  /** The newest version afterwards; in a dry run the one in force, 0 where there is none. */
  readonly version: number;
  /** False where the newest version says the same already. */
  readonly changed: boolean;
  /**
   * True where nothing changed but, perhaps, what the references stand for: running processes read their secret files
   * again within 15 seconds. Never true in a dry run.
   */
  readonly secretsReRead: boolean;
  readonly changes: readonly Change[];
  /** Sentences about keys that are retired. */
  readonly notes: readonly string[];
}

/**
 * Writes a checked configuration as the newest version, if it differs from the one in force, and mirrors its keys to
 * the tables, in one transaction. Safe to call from several processes at once and any number of times. The document
 * that is stored holds references to secrets, never secrets; so a changed secret makes no version, and followers are
 * woken in any case to read their own anew.
 */
export class ApplyConfig {
  private readonly versions = new ConfigVersionsStore();
  private readonly keys = new ConfiguredKeysStore();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly wakeups?: Wakeups,
  ) {}

  /** `appliedBy`: who, for the record: `start`, `cli`, or a name. */
  async run(loaded: LoadedConfig, appliedBy: string): Promise<AppliedConfig> {
    return this.database.inTransaction(async (tx) => {
      await this.versions.lock(tx);
      const plan = await this.plan(tx, loaded);
      const now = this.clock.now();
      await this.keys.mirror(tx, loaded.config, now);
      tx.afterCommit(() => this.wakeups?.wake(CONFIG_WAKEUP));
      if (!plan.changed) return { ...plan.outcome, secretsReRead: true };
      const version = await this.versions.add(tx, {
        appliedAt: now,
        appliedBy,
        sha256: plan.sha256,
        document: plan.document,
      });
      return { ...plan.outcome, version };
    });
  }

  /** What `run` would do; writes nothing. */
  async dryRun(loaded: LoadedConfig): Promise<AppliedConfig> {
    return this.database.inTransaction(async (tx) => (await this.plan(tx, loaded)).outcome);
  }

  private async plan(tx: Tx, loaded: LoadedConfig): Promise<Plan> {
    const inForce: StoredVersion | null = await this.versions.newest(tx);
    const { document, notes } = keepUsedKeys(
      loaded.document,
      loaded.config,
      await this.keys.all(tx),
    );
    const sha256 = createHash('sha256').update(JSON.stringify(document)).digest('hex');
    const changed = inForce?.sha256 !== sha256;
    const changes = changed ? differenceOf(inForce?.document ?? {}, document) : [];
    return {
      document,
      sha256,
      changed,
      outcome: {
        version: inForce?.version ?? 0,
        changed,
        secretsReRead: false,
        changes,
        notes,
      },
    };
  }
}

interface Plan {
  readonly document: Record<string, unknown>;
  readonly sha256: string;
  readonly changed: boolean;
  readonly outcome: AppliedConfig;
}
