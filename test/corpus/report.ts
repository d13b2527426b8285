import type { Accounts } from './accounting.js';
import { FACTS } from './facts.js';
import { goals, type Goal } from './goals.js';
import type { Miss, Scores, Tally } from './scoring.js';

/** Sources that state fewer facts of a kind than this are counted together for it. */
export const POOLED_BELOW = 20;

export interface Line {
  readonly source: string;
  readonly fact: string;
  readonly right: number;
  readonly total: number;
  /** Of `right`, by the list of exceptions. */
  readonly excepted: number;
}

/** Every source and fact, then the small ones together as `pooled`. */
export function lines({ table }: Scores): Line[] {
  const all: Line[] = [];
  const pool = new Map<string, Tally>();
  for (const [source, facts] of [...table].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    for (const { name } of FACTS) {
      const counts = facts.get(name);
      if (counts === undefined) continue;
      all.push({ source, fact: name, ...counts });
      if (counts.total >= POOLED_BELOW) continue;
      const pooled = pool.get(name) ?? { right: 0, total: 0, excepted: 0 };
      pooled.right += counts.right;
      pooled.total += counts.total;
      pooled.excepted += counts.excepted;
      pool.set(name, pooled);
    }
  }
  const pooled = FACTS.flatMap(({ name }) => {
    const counts = pool.get(name);
    return counts === undefined ? [] : [{ source: 'pooled', fact: name, ...counts }];
  });
  return [...all, ...pooled];
}

export function lastLine(scores: Scores, accounts: Accounts): string {
  const { messages, exceptions, slowest } = scores;
  return `corpus: ${messages} messages, ${exceptions.length} exceptions, ${accounts.unaccounted.length} unaccounted, ${accounts.quarantined.length} quarantined, ${accounts.differing.length} bytes differing, slowest ${slowest.seconds.toFixed(2)} s`;
}

export function asText(scores: Scores, accounts: Accounts): string[] {
  const table = lines(scores);
  const wide = Math.max(...table.map(({ source }) => source.length), 6);
  return [
    ...table.map(
      (line) =>
        `${line.source.padEnd(wide)}  ${line.fact.padEnd(20)} ${`${line.right}/${line.total}`.padStart(9)}  ${percent(line)}${line.excepted > 0 ? `  (${line.excepted} by exception)` : ''}`,
    ),
    '',
    ...goals(table, scores, accounts).map(
      (goal) =>
        `${goal.reached ? 'reached' : 'MISSED '}  ${goal.name}: ${goal.value} (${goal.wanted})`,
    ),
    '',
    `dispositions: ${Object.entries(accounts.dispositions)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    ...scores.exceptions.map(({ message, error }) => `exception ${message}: ${error}`),
    ...accounts.unaccounted.map((message) => `unaccounted ${message}`),
    ...accounts.quarantined.map(({ message, reason }) => `quarantined ${message}: ${reason}`),
    ...accounts.differing.map((message) => `bytes differing ${message}`),
    `slowest: ${scores.slowest.message}`,
  ];
}

export function asJson(scores: Scores, accounts: Accounts): object {
  const table = lines(scores);
  return {
    messages: scores.messages,
    facts: table,
    goals: goals(table, scores, accounts),
    exceptions: scores.exceptions,
    unaccounted: accounts.unaccounted,
    quarantined: accounts.quarantined,
    bytesDiffering: accounts.differing,
    dispositions: accounts.dispositions,
    slowest: scores.slowest,
    misses: scores.misses,
  };
}

export function percent({ right, total }: Pick<Line, 'right' | 'total'>): string {
  return `${((100 * right) / Math.max(1, total)).toFixed(1).padStart(5)} %`;
}

export type { Goal };

/** The misses one after the other, each with what was stated and what was found. */
export function missesAsText(misses: readonly Miss[]): string {
  return misses
    .map((miss) =>
      [
        `=== ${miss.source}/${miss.path} · ${miss.fact}${miss.exception === null ? '' : ` · exception: ${miss.exception}`}`,
        ...difference(shown(miss.stated), shown(miss.ours)),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function shown(value: unknown): string[] {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? 'undefined');
  return text.split(/\r?\n/).slice(0, MAX_SHOWN_LINES);
}

const MAX_SHOWN_LINES = 300;

/** Lines of both: `-` stated only, `+` ours only (longest common subsequence). */
function difference(stated: readonly string[], ours: readonly string[]): string[] {
  const length = Array.from({ length: stated.length + 1 }, () =>
    Array.from({ length: ours.length + 1 }, () => 0),
  );
  for (let i = stated.length - 1; i >= 0; i -= 1) {
    for (let j = ours.length - 1; j >= 0; j -= 1) {
      length[i]![j] =
        stated[i]!.trim() === ours[j]!.trim()
          ? length[i + 1]![j + 1]! + 1
          : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
    }
  }
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < stated.length || j < ours.length) {
    if (i < stated.length && j < ours.length && stated[i]!.trim() === ours[j]!.trim()) {
      out.push(`  ${stated[i]}`);
      i += 1;
      j += 1;
    } else if (
      j >= ours.length ||
      (i < stated.length && length[i + 1]![j]! >= length[i]![j + 1]!)
    ) {
      out.push(`- ${stated[i]}`);
      i += 1;
    } else {
      out.push(`+ ${ours[j]}`);
      j += 1;
    }
  }
  return out;
}
