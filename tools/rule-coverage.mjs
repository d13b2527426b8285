/**
 * Which rules of the domain (D1–D27) tests cite. A rule that no test cites fails the check, and so does one that no test
 * through real IMAP and SMTP (test/mail, test/e2e) cites: what the product promises is shown as an outsider sees it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const rules = Array.from({ length: 27 }, (_, index) => `D${index + 1}`);

function citedIn(folder) {
  const cited = new Set();
  for (const entry of readdirSync(path.join(root, folder), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile() || !entry.name.endsWith('.spec.ts')) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    // Only names of tests and groups count: a comment promises nothing.
    for (const [, name] of text.matchAll(
      /\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['"`][\s\S]*?['"`])\s*,/g,
    )) {
      for (const rule of name.match(/\bD\d{1,2}\b/g) ?? []) cited.add(rule);
      for (const [, from, to] of name.matchAll(/\bD(\d{1,2})[–-]D?(\d{1,2})\b/g)) {
        for (let number = Number(from); number <= Number(to); number += 1) cited.add(`D${number}`);
      }
    }
  }
  return cited;
}

const wire = new Set([...citedIn('test/mail'), ...citedIn('test/e2e')]);
const anywhere = new Set([...citedIn('src'), ...citedIn('test/integration'), ...wire]);
const uncited = rules.filter((rule) => !anywhere.has(rule));
const unwired = rules.filter((rule) => anywhere.has(rule) && !wire.has(rule));
console.log(
  `rules cited by tests: ${rules.length - uncited.length} of ${rules.length}; through real IMAP and SMTP: ${rules.length - uncited.length - unwired.length}`,
);
if (unwired.length > 0) console.error(`not through real IMAP and SMTP: ${unwired.join(', ')}`);
if (uncited.length > 0) console.error(`no test cites: ${uncited.join(', ')}`);
if (unwired.length + uncited.length > 0) process.exitCode = 1;
