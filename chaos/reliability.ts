import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from '../test/support/product.js';
import type { Outcome } from './run.js';

const LOG = path.join(CHECKOUT, 'docs/reliability.jsonl');
const PAGE = path.join(CHECKOUT, 'docs/reliability.md');

/** One slice of the long run, as it stands in docs/reliability.jsonl. */
interface Slice {
  /** Commit, and the tree of `src/` in it: slices of one tree are added up. */
  readonly commit: string;
  readonly tree: string;
  readonly seed: number;
  readonly scenario: string;
  readonly faults: Readonly<Record<string, number>>;
  readonly messages: number;
  readonly replies: number;
  readonly violations: number;
  readonly measured?: Readonly<Record<string, number>>;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
}

/** The commit and the tree of src/, or null where what would be measured is not committed. */
export function measuredTree(): { commit: string; tree: string } | null {
  try {
    if (git('status', '--porcelain', '--', 'src', 'migrations', 'templates') !== '') return null;
    return {
      commit: git('rev-parse', '--short=12', 'HEAD'),
      tree: git('rev-parse', '--short=12', 'HEAD:src'),
    };
  } catch {
    return null;
  }
}

/** Adds a slice to the record of the long run. */
export function recordSlice(where: { commit: string; tree: string }, outcome: Outcome): void {
  if (outcome.notRun !== null) return;
  const { seed, scenario, faults, messages, replies, measured } = outcome;
  const slice: Slice = {
    ...where,
    seed,
    scenario,
    faults,
    messages,
    replies,
    violations: outcome.violations.length,
    ...(Object.keys(measured).length > 0 ? { measured } : {}),
  };
  appendFileSync(LOG, `${JSON.stringify(slice)}\n`);
}

export const faultsIn = (faults: Readonly<Record<string, number>>): number =>
  Object.values(faults).reduce((sum, times) => sum + times, 0);

function byName<Value>(all: ReadonlyMap<string, Value>): [string, Value][] {
  return [...all].sort(([one], [other]) => one.localeCompare(other));
}

/** Writes docs/reliability.md from the record: the sum of all slices whose src/ is the newest slice's. */
export function renderPage(): void {
  if (!existsSync(LOG)) return;
  const slices = readFileSync(LOG, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Slice);
  const tree = slices.at(-1)?.tree;
  const mine = slices.filter((slice) => slice.tree === tree);
  const kinds = new Map<string, number>();
  const scenarios = new Map<
    string,
    { runs: number; faults: number; messages: number; violations: number }
  >();
  for (const slice of mine) {
    for (const [kind, times] of Object.entries(slice.faults))
      kinds.set(kind, (kinds.get(kind) ?? 0) + times);
    const sum = scenarios.get(slice.scenario) ?? { runs: 0, faults: 0, messages: 0, violations: 0 };
    scenarios.set(slice.scenario, {
      runs: sum.runs + 1,
      faults: sum.faults + faultsIn(slice.faults),
      messages: sum.messages + slice.messages,
      violations: sum.violations + slice.violations,
    });
  }
  const measured = new Map<string, number[]>();
  for (const slice of mine)
    for (const [what, took] of Object.entries(slice.measured ?? {}))
      measured.set(what, [...(measured.get(what) ?? []), took]);
  const total = (of: (slice: Slice) => number): number =>
    mine.reduce((sum, slice) => sum + of(slice), 0);
  const table = (head: string[], rows: (string | number)[][]): string =>
    [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  writeFileSync(
    PAGE,
    `# Reliability, as measured

Written by \`npm run chaos\` from \`docs/reliability.jsonl\`: the sum of all slices whose \`src/\` is \`${tree}\`. Real
PostgreSQL, Dovecot and SMTP, processes of the product killed, stopped and cut off; what must hold is checked from outside
(\`chaos/invariants.ts\`). Timers of leases and back-off are a tenth of production's.

**${total((slice) => faultsIn(slice.faults))} faults, ${total((slice) => slice.messages)} messages, ${total((slice) => slice.replies)} answers of agents, ${total((slice) => slice.violations)} violations.**

${table(
  ['scenario', 'runs', 'faults', 'messages', 'violations'],
  byName(scenarios).map(([name, sum]) => [
    name,
    sum.runs,
    sum.faults,
    sum.messages,
    sum.violations,
  ]),
)}

${table(
  ['fault', 'times'],
  byName(kinds).map(([kind, times]) => [kind, times]),
)}
${
  measured.size === 0
    ? ''
    : `\n${table(
        ['measured with real timers', 'times', 'longest (s)'],
        byName(measured).map(([what, took]) => [what, took.length, Math.max(...took)]),
      )}\n`
}`,
  );
}
