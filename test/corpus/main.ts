/** `npm run corpus -- DIR`: runs a folder of real mail through the production intake and scores it. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../../src/launcher/run-main.js';
import { OperatorError, setLogLevel } from '../../src/platform/index.js';
import { account } from './accounting.js';
import { CorpusDesk } from './corpus-desk.js';
import { readCorpus, type CorpusMessage } from './corpus-folder.js';
import { documented, writeFigures, writeMutants } from './docs.js';
import { goals } from './goals.js';
import { mutantsHold, mutantsLine, scoreMutants } from './mutants.js';
import { asJson, asText, lastLine, lines, missesAsText } from './report.js';
import { score } from './scoring.js';

const USAGE = `npm run corpus -- DIR [--json] [--misses FILE] [--only TEXT] [--write-docs] [--check]
npm run corpus -- DIR --mutants N [--seed S] [--from K] [--write-docs]
  DIR           a folder with messages/, messages.tsv and expected.jsonl
  --json        one JSON document instead of the table
  --misses FILE writes every miss with a diff
  --only TEXT   only messages whose source/path contains TEXT
  --write-docs  writes the figures to docs/mail-fidelity.md
  --check       exit code 1 where a figure to be reached is missed
  --mutants N   reads N damaged messages instead: no exception, no NUL, every message accounted for
  --seed S      other damage (default 1)
  --from K      goes on with mutant K`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  misses: { type: 'string' },
  only: { type: 'string', default: '' },
  'write-docs': { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  mutants: { type: 'string' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string', default: '0' },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [folder] = positionals;
  if (values.help || folder === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  setLogLevel('silent');
  const messages = readCorpus(path.resolve(folder)).filter(({ source, path: file }) =>
    `${source}/${file}`.includes(values.only),
  );
  const desk = await CorpusDesk.open();
  try {
    if (values.mutants === undefined) return await scored(desk, messages, values);
    const order = {
      count: wholeNumber(values.mutants),
      seed: wholeNumber(values.seed),
      from: wholeNumber(values.from),
    };
    return await damaged(desk, messages, order, values['write-docs']);
  } finally {
    await desk.close();
  }
}

interface Wishes {
  readonly json: boolean;
  readonly misses?: string | undefined;
  readonly 'write-docs': boolean;
  readonly check: boolean;
}

async function scored(
  desk: CorpusDesk,
  messages: readonly CorpusMessage[],
  wishes: Wishes,
): Promise<number> {
  const scores = await score(desk, messages);
  const accounts = await account(desk, messages);
  if (wishes.misses !== undefined) writeFileSync(wishes.misses, missesAsText(scores.misses));
  if (wishes['write-docs']) await writeFigures(documented(scores, accounts));
  if (wishes.json) console.log(JSON.stringify(asJson(scores, accounts), null, 1));
  else console.log(asText(scores, accounts).join('\n'));
  console.log(lastLine(scores, accounts));
  const missed = goals(lines(scores), scores, accounts).some(({ reached }) => !reached);
  return wishes.check && missed ? 1 : 0;
}

async function damaged(
  desk: CorpusDesk,
  messages: readonly CorpusMessage[],
  order: { count: number; seed: number; from: number },
  writeDocs: boolean,
): Promise<number> {
  const say = (line: string): void => console.log(line);
  const scores = await scoreMutants(desk, messages, { ...order, say });
  for (const { message, error } of scores.exceptions) console.log(`exception ${message}: ${error}`);
  for (const message of scores.withNul) console.log(`with NUL ${message}`);
  for (const message of scores.givenUp) console.log(`given up ${message}`);
  for (const message of scores.unaccounted) console.log(`unaccounted ${message}`);
  if (writeDocs)
    await writeMutants(mutantsLine(scores), `(seed ${order.seed}, from ${order.from})`);
  console.log(mutantsLine(scores));
  return mutantsHold(scores) ? 0 : 1;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new OperatorError(`${text} is no whole number.`);
  return Number(text);
}

runMain(main);
