import { BROKEN } from './patches.js';
import type { Lab } from './lab.js';
import { play } from './run.js';
import { SCENARIOS } from './scenarios/index.js';

/** By which scenario each broken product has to give itself away. */
const CAUGHT_BY: Readonly<Record<string, string>> = {
  'cursor-before-commit': 'kill-while-recording',
  'no-dedupe': 'uidvalidity',
  'blind-resend': 'kill-while-sending',
  'no-fencing': 'stopped-while-recording',
  'acknowledgement-outside': 'kill-while-acting',
  'skipped-uid': 'kill-while-recording',
  'copy-without-look': 'kill-while-filing',
  'resend-without-look': 'unknown-resend-once',
};

export interface SelfTest {
  readonly variant: string;
  readonly caught: boolean;
  readonly seconds: number;
  /** What gave it away. */
  readonly sentence: string;
}

/** Every deliberately broken product must be caught, and what catches it must find nothing wrong with the real one. */
export async function selfTest(lab: Lab, seed: number): Promise<SelfTest[]> {
  const results: SelfTest[] = [];
  const scenario = (name: string) => {
    const found = SCENARIOS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`No scenario is called ${name}`);
    return found;
  };
  for (const name of new Set(Object.values(CAUGHT_BY))) {
    const sound = await play(lab, scenario(name), seed);
    if (sound.violations.length > 0)
      results.push({
        variant: `none (${name})`,
        caught: false,
        seconds: sound.seconds,
        sentence: `false alarm: ${sound.violations[0]}`,
      });
  }
  for (const [variant, name] of Object.entries(CAUGHT_BY)) {
    const { violations, seconds } = await play(lab, scenario(name), seed, BROKEN[variant]);
    const caught = violations.length > 0 && seconds <= 60;
    results.push({ variant, caught, seconds, sentence: violations[0] ?? 'nothing was noticed' });
  }
  return results;
}
