import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

let known: string | undefined;

/**
 * What tells one build of the intake from another: a hash over its own files and over the versions of the libraries that
 * read mail. A message that one build could not read is tried again by the next (D22). 16 hex digits; files are read once.
 */
export function intakeBuildId(): string {
  known ??= hashOf(import.meta.dirname);
  return known;
}

/** For the specs: the same over any folder. Specs and declarations do not count. */
export function hashOf(folder: string): string {
  const hash = createHash('sha256').update(libraries(folder));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|ts)$/.test(name) && !/\.(spec|d)\.ts$/.test(name))
    .sort();
  for (const name of files) hash.update(name).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/** `dependencies` of the package that the folder is part of; '' where there is none. */
function libraries(folder: string): string {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    try {
      const text = readFileSync(path.join(at, 'package.json'), 'utf8');
      return JSON.stringify((JSON.parse(text) as { dependencies?: unknown }).dependencies ?? null);
    } catch {
      // None here: one folder up.
    }
  }
  return '';
}
