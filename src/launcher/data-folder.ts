import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { OperatorError } from '../platform/errors.js';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-liveness.js';
import type { RunAs } from './postgres-binaries.js';

const NOBODY: RunAs = { uid: 65534, gid: 65534 };

/** Who owns the folder's database now, and where it listens. `owner` null: nobody, it was stopped in good order. */
interface OwnerRecord {
  readonly owner: ProcessIdentity | null;
  readonly port: number;
}

/**
 * The folder of one embedded PostgreSQL:
 * `cluster/` (PostgreSQL's own, mode 0700), `password` (0600), `owner.json` (owner process and port), `postgres.log`.
 */
export class DataFolder {
  private constructor(
    /** Real path. */
    readonly path: string,
    readonly runAs: RunAs,
  ) {}

  /** The folder as it is, for looking only; null where no database was ever made. */
  static existing(directory: string): DataFolder | null {
    if (!existsSync(path.join(directory, 'cluster'))) return null;
    const real = realpathSync(directory);
    return new DataFolder(real, userFor(real));
  }

  /** Makes the folder where it is missing. Throws an OperatorError naming the folder where that is not allowed. */
  static prepare(directory: string): DataFolder {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const real = realpathSync(directory);
      const folder = new DataFolder(real, userFor(real));
      // The server's user must be able to pass through to its cluster; it cannot list or read what is beside it.
      if (folder.runAs.uid !== undefined) chmodSync(real, 0o711);
      closeSync(openSync(path.join(real, 'owner.json'), 'a', 0o600));
      return folder;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new OperatorError(
        `The data folder ${path.resolve(directory)} cannot be written (${code}): give this user the right to write there, or choose another folder with HELPDESK_DATA.`,
        { cause: error },
      );
    }
  }

  get cluster(): string {
    return path.join(this.path, 'cluster');
  }

  get logFile(): string {
    return path.join(this.path, 'postgres.log');
  }

  /** The generated password; made on first use. Throws an OperatorError where a cluster lost its password. */
  password(): string {
    const file = path.join(this.path, 'password');
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
    if (existsSync(this.cluster)) {
      throw new OperatorError(
        `The password file ${file} of the database is missing: put it back from your backup of the data folder.`,
      );
    }
    const password = randomBytes(24).toString('base64url');
    writeDurably(file, password);
    return password;
  }

  record(): OwnerRecord | null {
    try {
      const text = readFileSync(path.join(this.path, 'owner.json'), 'utf8');
      return text === '' ? null : (JSON.parse(text) as OwnerRecord);
    } catch (error) {
      if (error instanceof SyntaxError) return null; // cut off by a crash of the machine: nobody owns it
      throw error;
    }
  }

  /** Writes down that this process owns the database on `port`. */
  recordOwned(port: number): void {
    this.write({ owner: ownIdentity(), port });
  }

  /** Writes down that nobody owns it any more; the port is kept for next time. */
  recordFree(): void {
    const before = this.record();
    if (before !== null) this.write({ owner: null, port: before.port });
  }

  giveToServer(target: string): void {
    if (this.runAs.uid !== undefined) chownSync(target, this.runAs.uid, this.runAs.gid ?? -1);
  }

  /**
   * Makes this process the only owner until it ends or `release`s; the kernel frees the lock of a dead process at
   * once, so nothing has to be cleaned up. Throws an OperatorError where another living process owns the folder.
   */
  async lock(): Promise<() => Promise<void>> {
    const held = await holdName(`helpdesk-${digest(this.path)}`);
    const release = async (): Promise<void> => {
      if (held !== 'taken' && held !== null) await close(held);
    };
    const other = this.record()?.owner ?? null;
    const ours = other?.pid === process.pid;
    if (held === 'taken' || (other !== null && !ours && isAlive(other))) {
      await release();
      const who = other === null ? 'Another process' : `Another process (${other.pid})`;
      throw new OperatorError(
        `${who} already runs on the data folder ${this.path}: stop it first, or choose another folder with HELPDESK_DATA (several processes may share one database only through DATABASE_URL).`,
      );
    }
    return release;
  }

  private write(record: OwnerRecord): void {
    writeDurably(path.join(this.path, 'owner.json'), JSON.stringify(record));
  }
}

/** Root hands a new cluster to nobody, and an existing one to whoever owns it already. */
function userFor(directory: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const cluster = path.join(directory, 'cluster');
  if (!existsSync(cluster)) return NOBODY;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? NOBODY : { uid, gid };
}

/** Either the old content or the new one, whatever happens in between; readable by the owner alone. */
function writeDurably(file: string, content: string): void {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Listens on a name in Linux's abstract namespace: no file, and gone with the process. null: no such thing here. */
function holdName(name: string): Promise<Server | 'taken' | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' ? 'taken' : null),
    );
    server.listen(`\0${name}`, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
