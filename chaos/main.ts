/** `npm run chaos`: breaks the product on real servers and looks whether anything was lost or doubled. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CHECKOUT } from '../test/support/product.js';
import { Lab } from './lab.js';
import { Random } from './random.js';
import { faultsIn, measuredTree, recordSlice, renderPage } from './reliability.js';
import { play, type Outcome } from './run.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';
import { selfTest } from './self-test.js';

/** A build has minutes, not hours: no further scenario is begun after this. */
const CI_SECONDS = 150;
const HELP = `npm run chaos -- [--minutes N] [--seed S] [--scenario NAME] [--times N] [--record] [--ci] [--self-test]
  --minutes N      scenarios drawn at random for N minutes
  --seed S         the same seed plays the same run
  --scenario NAME  this one: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --times N        so many times, with seeds S, S+1, …
  --record         adds the slices to docs/reliability.jsonl and renders docs/reliability.md
  --ci             the core scenarios, and others drawn by commit while time is left
  --self-test      deliberately broken products, each of which must be caught`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    times: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
    ci: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function refuse(sentence: string): never {
  console.error(`${sentence}\n${HELP}`);
  process.exit(2);
}

function seedOfCommit(): number {
  try {
    return Number.parseInt(
      execFileSync('git', ['rev-parse', 'HEAD'], { cwd: CHECKOUT, encoding: 'utf8' }).slice(0, 7),
      16,
    );
  } catch {
    return 1;
  }
}

/** What to run, one after the other, until it ends or time is up. */
function* programme(seed: number): Generator<{ scenario: Scenario; seed: number }> {
  if (values.scenario !== undefined) {
    const scenario = SCENARIOS.find(({ name }) => name === values.scenario);
    if (scenario === undefined) refuse(`No scenario is called ${values.scenario}.`);
    for (let run = 0; run < Number(values.times); run += 1) yield { scenario, seed: seed + run };
    return;
  }
  const random = new Random(seed);
  const usual = SCENARIOS.filter(({ long }) => long !== true);
  if (values.ci) {
    for (const scenario of usual.filter(({ core }) => core === true))
      yield { scenario, seed: random.between(1, 2 ** 31) };
  }
  for (;;) {
    for (const scenario of random.shuffled(
      values.ci ? usual.filter(({ core }) => core !== true) : usual,
    ))
      yield { scenario, seed: random.between(1, 2 ** 31) };
    if (values.ci) return;
  }
}

function tell({
  scenario,
  seed,
  faults,
  messages,
  violations,
  measured,
  seconds,
  notRun,
  logs,
}: Outcome): void {
  if (notRun !== null) {
    console.log(`${scenario}: not run, ${notRun}`);
    return;
  }
  const kinds = Object.entries(faults).map(([kind, times]) => `${times} × ${kind}`);
  console.log(
    `${scenario} (seed ${seed}): ${kinds.join(', ')}; ${messages} messages, ${violations.length} violations, ${seconds} s`,
  );
  for (const [what, took] of Object.entries(measured)) console.log(`  ${what}: ${took} s`);
  for (const sentence of violations) console.log(`  VIOLATION ${sentence}`);
  if (violations.length > 0)
    console.log(`  again: npm run chaos -- --scenario ${scenario} --seed ${seed}; logs: ${logs}`);
}

async function run(lab: Lab): Promise<number> {
  const seed =
    values.seed === undefined
      ? values.ci
        ? seedOfCommit()
        : Date.now() % 1_000_000
      : Number(values.seed);
  const where = values.record ? measuredTree() : null;
  if (values.record && where === null)
    refuse('Only what is committed is recorded: src/ has changes.');
  const limitMs = values.ci
    ? CI_SECONDS * 1000
    : Number(values.minutes ?? (values.scenario === undefined ? 5 : 1e6)) * 60_000;
  const begun = performance.now();
  const sum = { faults: 0, messages: 0, violations: 0 };
  for (const next of programme(seed)) {
    const mustRun = values.ci && next.scenario.core === true;
    if (!mustRun && performance.now() - begun > limitMs) break;
    const outcome = await play(lab, next.scenario, next.seed);
    tell(outcome);
    if (where !== null) recordSlice(where, outcome);
    sum.faults += faultsIn(outcome.faults);
    sum.messages += outcome.messages;
    sum.violations += outcome.violations.length;
  }
  if (where !== null) renderPage();
  console.log(
    `chaos: ${sum.faults} faults, ${sum.messages} messages, ${sum.violations} violations`,
  );
  return sum.violations === 0 ? 0 : 1;
}

async function test(lab: Lab): Promise<number> {
  const results = await selfTest(lab, Number(values.seed ?? 1));
  for (const { variant, caught, seconds, sentence } of results)
    console.log(`${caught ? 'caught' : 'NOT CAUGHT'}: ${variant} after ${seconds} s: ${sentence}`);
  const missed = results.filter(({ caught }) => !caught).length;
  console.log(
    `chaos: self-test, ${results.length - missed} of ${results.length} broken products caught`,
  );
  return missed === 0 ? 0 : 1;
}

if (values.help) {
  console.log(HELP);
} else {
  if (!existsSync('/usr/sbin/dovecot'))
    refuse(
      "The laboratory needs a real Dovecot: install Debian's dovecot-imapd and dovecot-lmtpd.",
    );
  const lab = await Lab.open();
  try {
    process.exitCode = values['self-test'] ? await test(lab) : await run(lab);
  } finally {
    await lab.close();
  }
}
