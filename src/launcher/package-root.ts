import { existsSync } from 'node:fs';
import path from 'node:path';

/** The project's folder (the one with package.json and migrations/), found from the sources as well as from dist/. */
export function packageRoot(): string {
  for (let at = import.meta.dirname; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, 'package.json')) && existsSync(path.join(at, 'migrations'))) {
      return at;
    }
    if (path.dirname(at) === at) throw new Error('The project folder was not found');
  }
}
