import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { packageRoot } from '../../src/launcher/package-root.js';
import type { Accounts } from './accounting.js';
import { EXCEPTIONS } from './exceptions.js';
import { goals } from './goals.js';
import { lastLine, lines, percent } from './report.js';
import type { Scores } from './scoring.js';

/** The page `docs/mail-fidelity.md`, as Markdown. */
export function documented(scores: Scores, accounts: Accounts): string {
  const table = lines(scores);
  return `# How well real mail is read

Written by \`npm run corpus -- DIR --write-docs\`; do not edit. The messages are real and fixture mail of public mail
software with what their sources state; they are no part of the project. Every message goes through the production
parser and filters, and through recording and processing on a fresh database.

\`${lastLine(scores, accounts).replace(/, slowest.*/, '')}\`

## Figures to reach

| figure | wanted | reached | |
| --- | --- | --- | --- |
${goals(table, scores, accounts)
  .map(
    ({ name, wanted, value, reached }) =>
      `| ${name} | ${wanted} | ${value} | ${reached ? 'yes' : '**no**'} |`,
  )
  .join('\n')}

## By source and fact

Sources that state fewer than 20 facts of a kind are also counted together as \`pooled\`.

| source | fact | right | share | by exception |
| --- | --- | --- | --- | --- |
${table
  .map(
    (line) =>
      `| ${line.source} | ${line.fact} | ${line.right}/${line.total} | ${percent(line).trim()} | ${line.excepted || ''} |`,
  )
  .join('\n')}

## Quarantined

${accounts.quarantined.map(({ message, reason }) => `- \`${message}\`: ${reason}`).join('\n') || 'None.'}

## Stated results that we do not follow

${EXCEPTIONS.map(({ source, path, fact, reason }) => `- \`${source}/${path}\`, ${fact}: ${reason}`).join('\n') || 'None.'}
`;
}

const MUTANTS = '\n## Damaged messages\n';

/** The figures, above what is said about damaged messages, which another run has found. */
export async function writeFigures(page: string): Promise<void> {
  const [, mutants] = parts();
  await write(`${page.trimEnd()}\n${mutants}`);
}

/** A line about a run over damaged messages, below the figures; one of the same run before gives way. */
export async function writeMutants(line: string, run: string): Promise<void> {
  const [figures, before] = parts();
  const lines = before
    .split('\n')
    .filter((kept) => kept.startsWith('- `mutants:') && !kept.endsWith(run));
  const text = `${MUTANTS}
Messages damaged by a seed, read by the production parser and filters, one in twenty-five also recorded and processed:

${[...lines, `- \`${line}\` ${run}`].join('\n')}
`;
  await write(`${figures.trimEnd()}\n${text}`);
}

async function write(page: string): Promise<void> {
  const options = await resolveConfig(file());
  writeFileSync(file(), await format(page, { ...options, parser: 'markdown' }));
}

function file(): string {
  return path.join(packageRoot(), 'docs/mail-fidelity.md');
}

function parts(): [figures: string, mutants: string] {
  const page = existsSync(file()) ? readFileSync(file(), 'utf8') : '';
  const at = page.indexOf(MUTANTS);
  return at < 0 ? [page, ''] : [page.slice(0, at), page.slice(at)];
}
