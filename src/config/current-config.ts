import type { HelpdeskConfig } from './helpdesk-config.js';

/** The version in force: every process follows the newest one, live. */
export interface ConfigVersion {
  readonly version: number;
  readonly config: HelpdeskConfig;
}

/** What modules inject to read configuration; ask at the moment of use and keep no copies. */
export class CurrentConfig {
  private readonly listeners = new Set<(next: ConfigVersion) => void>();

  constructor(private current: ConfigVersion) {}

  get(): HelpdeskConfig {
    return this.current.config;
  }

  /** What was applied; the same number may come with other secrets later. */
  get version(): number {
    return this.current.version;
  }

  /**
   * Calls `listener` after every change, of the version or only of what its references stand for; returns the function
   * that ends it.
   */
  onChange(listener: (next: ConfigVersion) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @internal The follower of `config_versions` calls this. */
  replace(next: ConfigVersion): void {
    this.current = next;
    for (const listener of this.listeners) listener(next);
  }
}
