/** `npm run corpus -- DIR`: runs a folder of real mail through the production intake and scores it. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/launcher/package-root.js';
import { runMain } from '../../src/launcher/run-main.js';
import { setLogLevel } from '../../src/platform/index.js';
import { account } from './accounting.js';
import { CorpusDesk } from './corpus-desk.js';
import { readCorpus } from './corpus-folder.js';
import { documented } from './docs.js';
import { goals } from './goals.js';
import { asJson, asText, lastLine, lines, missesAsText } from './report.js';
import { score } from './scoring.js';

const USAGE = `npm run corpus -- DIR [--json] [--misses FILE] [--only TEXT] [--write-docs] [--check]
  DIR           a folder with messages/, messages.tsv and expected.jsonl
  --json        one JSON document instead of the table
  --misses FILE writes every miss with a diff
  --only TEXT   only messages whose source/path contains TEXT
  --write-docs  writes the figures to docs/mail-fidelity.md
  --check       exit code 1 where a figure to be reached is missed`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      misses: { type: 'string' },
      only: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (values.help || folder === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  setLogLevel('silent');
  const only = values.only ?? '';
  const messages = readCorpus(path.resolve(folder)).filter(({ source, path: file }) =>
    `${source}/${file}`.includes(only),
  );
  const desk = await CorpusDesk.open();
  try {
    const scores = await score(desk, messages);
    const accounts = await account(desk, messages);
    if (values.misses !== undefined) writeFileSync(values.misses, missesAsText(scores.misses));
    if (values['write-docs'])
      writeFileSync(
        path.join(packageRoot(), 'docs/mail-fidelity.md'),
        documented(scores, accounts),
      );
    if (values.json) console.log(JSON.stringify(asJson(scores, accounts), null, 1));
    else console.log(asText(scores, accounts).join('\n'));
    console.log(lastLine(scores, accounts));
    const missed = goals(lines(scores), scores, accounts).some(({ reached }) => !reached);
    return values.check && missed ? 1 : 0;
  } finally {
    await desk.close();
  }
}

runMain(main);
