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
