import { messageOf } from '../src/platform/errors.js';
import { violations } from './invariants.js';
import type { Lab } from './lab.js';
import type { Patch } from './patches.js';
import { Random } from './random.js';
import type { Scenario } from './scenario.js';
import { NotHere } from './small-disk.js';
import { World } from './world.js';

/** What came of one scenario with one seed. */
export interface Outcome {
  readonly scenario: string;
  readonly seed: number;
  readonly messages: number;
  readonly replies: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  /** Seconds by what was measured. */
  readonly measured: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Where the processes' logs lie; null where nothing was wrong. */
  readonly logs: string | null;
  /** Why it could not be run here; null where it was. */
  readonly notRun: string | null;
}

/** Runs a scenario in a world of its own, lets the product come to rest and looks at it from outside. */
export async function play(
  lab: Lab,
  scenario: Scenario,
  seed: number,
  broken: readonly Patch[] = [],
): Promise<Outcome> {
  const begun = performance.now();
  const outcome = (part: Partial<Outcome>): Outcome => ({
    scenario: scenario.name,
    seed,
    messages: 0,
    replies: 0,
    faults: {},
    violations: [],
    measured: {},
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    notRun: null,
    logs: null,
    ...part,
  });
  const notHere = scenario.notHere?.() ?? null;
  if (notHere !== null) return outcome({ notRun: notHere });
  const { settings = {} } = scenario;
  const world = await World.open(lab, new Random(seed), {
    ...settings,
    patches: [...(settings.patches ?? []), ...broken],
  });
  try {
    let found: string[];
    try {
      await scenario.run(world);
      // A broken product may never come to rest: that nothing moves any more is told sooner.
      await world.settle(60_000, broken.length > 0 ? 8_000 : Infinity);
      found = await violations(world);
    } catch (error) {
      if (error instanceof NotHere) return outcome({ notRun: error.message });
      found = [
        `it did not come to rest: ${messageOf(error)}`,
        ...(await violations(world).catch(() => [])),
      ];
    }
    const { faults, sent, replies, measured } = world;
    return outcome({
      faults,
      messages: sent.length,
      replies: replies.length,
      violations: found,
      measured,
      logs: found.length > 0 && broken.length === 0 ? world.keepLogs() : null,
    });
  } finally {
    await world.close();
  }
}
