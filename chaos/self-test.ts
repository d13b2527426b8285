import { BROKEN } from './patches.js';
import type { Lab } from './lab.js';
import { play } from './run.js';
import { SCENARIOS } from './scenarios/index.js';

/** By which scenario each broken product has to give itself away, and by what kind of violation. */
const CAUGHT_BY: Readonly<Record<string, { scenario: string; violation: RegExp }>> = {
  'cursor-before-commit': { scenario: 'kill-while-recording', violation: /^lost: / },
  'no-dedupe': { scenario: 'uidvalidity', violation: / came 2 times: / },
  'blind-resend': { scenario: 'kill-while-sending', violation: /^received [2-9] times: / },
  'no-fencing': { scenario: 'stopped-while-recording', violation: / wrote mailbox_cursors / },
  'acknowledgement-outside': {
    scenario: 'kill-while-acting',
    violation: / has 0 acknowledgements/,
  },
  'skipped-uid': { scenario: 'kill-while-recording', violation: /^lost: / },
  'copy-without-look': {
    scenario: 'kill-while-filing',
    violation: / lies [2-9] times in the Sent folder/,
  },
  'resend-without-look': {
    scenario: 'unknown-resend-once',
    violation: /^received [2-9] times: /,
  },
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
  for (const name of new Set(Object.values(CAUGHT_BY).map((one) => one.scenario))) {
    const sound = await play(lab, scenario(name), seed);
    if (sound.violations.length > 0)
      results.push({
        variant: `none (${name})`,
        caught: false,
        seconds: sound.seconds,
        sentence: `false alarm: ${sound.violations[0]}; logs: ${sound.logs}`,
      });
  }
  for (const [variant, by] of Object.entries(CAUGHT_BY)) {
    const { violations, seconds } = await play(lab, scenario(by.scenario), seed, BROKEN[variant]);
    const sentence = violations.find((one) => by.violation.test(one));
    results.push({
      variant,
      caught: sentence !== undefined && seconds <= 60,
      seconds,
      sentence: sentence ?? violations[0] ?? 'nothing was noticed',
    });
  }
  return results;
}
