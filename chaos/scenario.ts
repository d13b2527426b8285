import type { World, WorldSettings } from './world.js';

/** One way of breaking things. */
export interface Scenario {
  readonly name: string;
  /** Always part of `--ci`. */
  readonly core?: boolean;
  /** Only when asked for by name or in long runs: takes minutes. */
  readonly long?: boolean;
  readonly settings?: WorldSettings;
  /** A sentence where this machine cannot run it. */
  readonly notHere?: () => string | null;
  /** Breaks things while customers write; afterwards the world is let come to rest and looked at. */
  run(world: World): Promise<void>;
}
