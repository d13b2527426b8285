import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { messageOf, OperatorError } from '../platform/errors.js';
import { DataFolder } from './data-folder.js';
import {
  runnableBinaries,
  findPostgresBinaries,
  type PostgresBinaries,
} from './postgres-binaries.js';
import { freePort } from './port.js';
import { isPostgresOf, postgresProcessesOf } from './process-liveness.js';

const DATABASE = 'helpdesk';
const USER = 'helpdesk';
/** Crash recovery of a large database takes its time; an empty one is ready in a tenth of a second. */
const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 20_000;
const POLL_MS = 20;

export interface EmbeddedPostgres {
  /** Connection string with the generated password: never to be logged. */
  readonly url: string;
  readonly port: number;
  /** Resolves with a sentence when the server has gone without being asked to. */
  readonly gone: Promise<string>;
  /** Ends every connection, waits for the server's end and frees the folder. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm brought, on `directory` (made if missing), as a child of this process that listens on
 * loopback only; as root it runs as nobody. After a kill -9 of its owner the server may live on: it is adopted then.
 * Throws an OperatorError, one sentence with the way out, where the folder is in use, not writable or of another
 * PostgreSQL version, and where this machine cannot run it.
 */
export async function startEmbeddedPostgres(options: {
  directory: string;
}): Promise<EmbeddedPostgres> {
  const found = findPostgresBinaries();
  const folder = DataFolder.prepare(options.directory);
  const unlock = await folder.lock();
  try {
    const binaries = runnableBinaries(found, folder.runAs);
    const password = folder.password();
    if (existsSync(folder.cluster)) assertMajor(folder, binaries);
    else initialise(folder, binaries);
    const server = (await adopt(folder)) ?? (await start(folder, binaries));
    const url = urlOf(password, server.port, DATABASE);
    await ensureDatabase(password, server.port);
    return new RunningPostgres(folder, server, url, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The connection string of the server that runs on `directory` right now; null where none does. Starts nothing. */
export function connectToRunning(directory: string): string | null {
  const folder = DataFolder.existing(directory);
  const port = folder?.record()?.port;
  if (folder === null || port === undefined) return null;
  const postmaster = readPostmaster(folder.cluster);
  if (postmaster?.ready !== true || !isPostgresOf(postmaster.pid, folder.cluster)) return null;
  return urlOf(folder.password(), postmaster.port, DATABASE);
}

/** A server process: our child, or one that outlived its owner. */
interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly child: ChildProcess | null;
}

class RunningPostgres implements EmbeddedPostgres {
  readonly port: number;
  readonly gone: Promise<string>;
  private stopping: Promise<void> | null = null;
  private readonly exited: Promise<void>;

  constructor(
    private readonly folder: DataFolder,
    private readonly server: ServerProcess,
    readonly url: string,
    private readonly unlock: () => Promise<void>,
  ) {
    this.port = server.port;
    this.exited = exitOf(server, folder.cluster);
    this.gone = new Promise((resolve) => {
      void this.exited.then(() => {
        if (this.stopping === null) {
          resolve(`PostgreSQL ended by itself; its last words are in ${folder.logFile}`);
        }
      });
    });
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    // SIGINT: "fast" shutdown, clean; SIGQUIT: "immediate", the next start recovers from the log.
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      kill(this.server.pid, signal, this.folder.cluster);
      const waited = new AbortController();
      const ended = await Promise.race([
        this.exited.then(() => true),
        delay(STOP_WITHIN_MS, false, { signal: waited.signal, ref: true }).catch(() => true),
      ]);
      waited.abort();
      if (ended) break;
    }
    this.folder.recordFree();
    await this.unlock();
  }
}

function kill(pid: number, signal: NodeJS.Signals, cluster: string): void {
  if (!isPostgresOf(pid, cluster)) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function exitOf(server: ServerProcess, cluster: string): Promise<void> {
  const { child } = server;
  if (child !== null) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return;
  }
  // Not our child: nobody tells us, so look; a zombie counts as dead.
  while (isPostgresOf(server.pid, cluster)) await delay(200, undefined, { ref: false });
}

function assertMajor(folder: DataFolder, binaries: PostgresBinaries): void {
  const major = readFileSync(path.join(folder.cluster, 'PG_VERSION'), 'utf8').trim();
  if (major === String(binaries.major)) return;
  throw new OperatorError(
    `The data folder ${folder.path} was written by PostgreSQL ${major}, this version of the helpdesk brings PostgreSQL ${binaries.major}: with the version that wrote it run "npm run helpdesk -- backup", then with this one, on an empty folder, "npm run helpdesk -- restore".`,
  );
}

/** initdb into a folder beside, renamed when complete: a crash in between leaves nothing half made. */
function initialise(folder: DataFolder, binaries: PostgresBinaries): void {
  const fresh = path.join(folder.path, 'cluster.new');
  const passwordFile = path.join(folder.path, 'initdb-password');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  folder.giveToServer(fresh);
  try {
    rmSync(passwordFile, { force: true });
    writeFileSync(passwordFile, folder.password(), { mode: 0o600, flag: 'wx' });
    folder.giveToServer(passwordFile);
    // The C.UTF-8 locale is missing on a few systems; C sorts the same, it only knows fewer letters.
    const made =
      initdb(folder, binaries, fresh, 'C.UTF-8') === null
        ? null
        : initdb(folder, binaries, emptied(folder, fresh), 'C');
    if (made !== null) {
      throw new OperatorError(`The database could not be made in ${folder.path}: ${made}`);
    }
    renameSync(fresh, folder.cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function emptied(folder: DataFolder, fresh: string): string {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  folder.giveToServer(fresh);
  return fresh;
}

/** null when it worked, else what initdb said. */
function initdb(
  folder: DataFolder,
  binaries: PostgresBinaries,
  target: string,
  locale: string,
): string | null {
  // The server's user may not be able to walk down to the folder (root's home): we enter it and say "here".
  const made = spawnSync(
    path.join(binaries.native, 'bin/initdb'),
    [
      '--pgdata=/proc/self/cwd',
      `--username=${USER}`,
      '--pwfile=../initdb-password',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      `--locale=${locale}`,
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    { ...folder.runAs, cwd: target, encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } },
  );
  if (made.status === 0) return null;
  return (
    made.error?.message ??
    (made.stderr.trim().split('\n').pop() || `initdb ended with ${made.status}`)
  );
}

/** postmaster.pid as PostgreSQL writes it: process number first, port in line 4, state in line 8. */
function readPostmaster(cluster: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * A server that outlived its owner (the caller holds the folder's lock, so the owner is dead): taken over once it is
 * ready. One that is on its way down is waited for. Afterwards a stale postmaster.pid is cleared: its number may by
 * now belong to a zombie or a stranger, and PostgreSQL would refuse to start.
 */
async function adopt(folder: DataFolder): Promise<ServerProcess | null> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const postmaster = readPostmaster(folder.cluster);
    if (postmaster === null || !isPostgresOf(postmaster.pid, folder.cluster)) {
      // Backends of a postmaster that was killed end by themselves within moments; until then the files are theirs.
      if (postgresProcessesOf(folder.cluster).length === 0) {
        rmSync(path.join(folder.cluster, 'postmaster.pid'), { force: true });
        return null;
      }
    } else if (postmaster.ready) {
      folder.recordOwned(postmaster.port);
      return { pid: postmaster.pid, port: postmaster.port, child: null };
    }
    await delay(POLL_MS);
  }
  throw new OperatorError(
    `A PostgreSQL process on ${folder.path} neither gets ready nor ends: look into ${folder.logFile} and end it.`,
  );
}

async function start(folder: DataFolder, binaries: PostgresBinaries): Promise<ServerProcess> {
  let wanted = folder.record()?.port;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(wanted);
    const failure = await launch(folder, binaries, port);
    if (typeof failure !== 'string') return failure;
    if (attempt >= 3) {
      throw new OperatorError(`PostgreSQL did not start on ${folder.path}: ${failure}`);
    }
    wanted = undefined; // somebody may have taken the port in between
  }
}

/** One attempt; the last line of the server's log where it fails. */
async function launch(
  folder: DataFolder,
  binaries: PostgresBinaries,
  port: number,
): Promise<ServerProcess | string> {
  folder.recordOwned(port);
  if (existsSync(folder.logFile)) renameSync(folder.logFile, `${folder.logFile}.1`);
  const log = openSync(folder.logFile, 'w', 0o600);
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    log_checkpoints: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
  };
  const child = spawn(
    path.join(binaries.native, 'bin/postgres'),
    ['-D', '/proc/self/cwd', ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    {
      ...folder.runAs,
      cwd: folder.cluster,
      // A session of its own: Ctrl-C in the terminal reaches us, and we stop it after those who use it.
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '' },
    },
  );
  closeSync(log);
  const end: { words: string | null } = { words: null };
  child.once('error', (error) => (end.words = messageOf(error)));
  child.once(
    'exit',
    (code, signal) => (end.words ??= lastLogLine(folder) ?? `exit ${code ?? signal}`),
  );
  const deadline = Date.now() + READY_WITHIN_MS;
  while (end.words === null && Date.now() < deadline) {
    const postmaster = readPostmaster(folder.cluster);
    if (postmaster?.pid === child.pid && postmaster?.ready === true) {
      child.unref();
      return { pid: child.pid as number, port, child };
    }
    await delay(POLL_MS);
  }
  child.kill('SIGKILL');
  return end.words ?? 'it was not ready within five minutes';
}

function lastLogLine(folder: DataFolder): string | null {
  chmodSync(folder.logFile, 0o600);
  const lines = readFileSync(folder.logFile, 'utf8').trim().split('\n');
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? null;
}

function urlOf(password: string, port: number, database: string): string {
  return `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function ensureDatabase(password: string, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(password, port, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
