import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/launcher/package-root.js';

/**
 * Messages of persons, checked by hand (subject, header and beginning of each were read): none of them may ever be called
 * a bounce or an automatic answer. `source/path`, as in a folder of mail.
 */
export function ordinaryMessages(
  file = path.join(packageRoot(), 'test/corpus/ordinary.tsv'),
): Set<string> {
  const [, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  return new Set(rows.map((row) => row.split('\t').slice(0, 2).join('/')));
}
