import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CHUNK, runChunk, type CaseKind } from './cases.js';

/**
 * `npm run oracle`: compares the deadlines of the product with a naive calculation. Stopped and started again it goes on
 * where it was; `--restart` begins anew. Ends with `oracle: N business-day and M business-time cases, V differences`.
 */
const { values } = parseArgs({
  options: {
    'business-days': { type: 'string', default: '900000' },
    'business-time': { type: 'string', default: '100000' },
    seed: { type: 'string', default: '20261122' },
    restart: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const wanted: Readonly<Record<CaseKind, number>> = {
  'business-days': Number(values['business-days']),
  'business-time': Number(values['business-time']),
};
if (![seed, ...Object.values(wanted)].every((number) => Number.isInteger(number) && number >= 0)) {
  console.error('The numbers of cases and the seed are whole numbers.');
  process.exit(2);
}

interface Progress {
  done: Record<CaseKind, number>;
  differences: number;
  seconds: number;
}

const file = path.join(os.tmpdir(), `helpdesk-oracle-${seed}.json`);
if (values.restart) rmSync(file, { force: true });
const progress: Progress = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Progress)
  : { done: { 'business-days': 0, 'business-time': 0 }, differences: 0, seconds: 0 };

for (const kind of ['business-days', 'business-time'] as const) {
  while (progress.done[kind] < wanted[kind]) {
    const begun = performance.now();
    const count = Math.min(CHUNK, wanted[kind] - progress.done[kind]);
    const found = runChunk(kind, seed, Math.floor(progress.done[kind] / CHUNK), count);
    for (const difference of found.slice(0, 3)) console.log(JSON.stringify(difference));
    progress.done[kind] += count;
    progress.differences += found.length;
    progress.seconds += (performance.now() - begun) / 1_000;
    writeFileSync(file, JSON.stringify(progress));
    if (progress.done[kind] % (50 * CHUNK) === 0) {
      console.log(
        `${kind}: ${progress.done[kind]} of ${wanted[kind]}, ${progress.differences} differences`,
      );
    }
  }
}
console.log(
  `oracle: ${progress.done['business-days']} business-day and ${progress.done['business-time']} business-time cases, ${progress.differences} differences (${Math.round(progress.seconds)} s)`,
);
process.exitCode = progress.differences > 0 ? 1 : 0;
