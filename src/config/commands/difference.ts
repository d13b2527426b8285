import { isMapping } from '../hydrate.js';
import { formatPath, type ConfigPath } from '../problems.js';

/** One value that differs between two stored documents; undefined: not there. Neither holds a secret. */
export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What changes from one stored document to the next, leaf by leaf, in the order of the new one. Pure. */
export function differenceOf(before: unknown, after: unknown, path: ConfigPath = []): Change[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return keys.flatMap((key) => differenceOf(before[key], after[key], [...path, key]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path: formatPath(path), before, after }];
}
