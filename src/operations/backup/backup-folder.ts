import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { OperatorError } from '../../platform/index.js';
import { unwritable } from './unwritable.js';
import {
  CHECKSUMS_FILE,
  checksumLine,
  MANIFEST_FILE,
  readChecksums,
  readManifest,
  type BackupManifest,
} from './manifest.js';

/** Tables are mostly text: more than this costs time and wins little. */
const GZIP_LEVEL = 3;

/** A backup that is being written, under another name until it is whole: an interrupted one never looks like one. */
export class NewBackup {
  private readonly checksums: string[] = [];
  private readonly folders = new Set<string>();

  private constructor(
    private readonly target: string,
    private readonly folder: string,
  ) {}

  /** Throws OperatorError where something lies at `target` already. */
  static async begin(target: string): Promise<NewBackup> {
    const there = await readdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      if (error.code === 'ENOTDIR') return ['a file'];
      throw error;
    });
    if (there !== null && there.length > 0) {
      throw new OperatorError(`${target} is not empty: choose a folder that does not exist yet.`);
    }
    const folder = `${target}.unfinished-${process.pid}`;
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder).catch((error: unknown) => {
      throw unwritable(path.dirname(path.resolve(target)), error);
    });
    return new NewBackup(target, folder);
  }

  /** Writes one file of the backup, durably. `expected`: the sha256 that the bytes must have (hexadecimal). */
  async add(
    file: string,
    content: Readable,
    how: {
      readonly gzip?: boolean;
      readonly expected?: string;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<number> {
    const full = path.join(this.folder, file);
    await makeFolder(path.dirname(full)).catch((error: unknown) => {
      throw this.told(error);
    });
    this.folders.add(path.dirname(full));
    const hash = createHash('sha256');
    let bytes = 0;
    const seen = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const out = createWriteStream(full, { flags: 'wx', mode: 0o600, flush: true });
    const { signal } = how;
    const through = how.gzip === true ? [createGzip({ level: GZIP_LEVEL }), seen] : [seen];
    try {
      await pipeline([content, ...through, out], signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw this.told(error);
    }
    const sha256 = hash.digest('hex');
    if (how.expected !== undefined && how.expected !== sha256) {
      throw new OperatorError(
        `The stored file ${file} is damaged: "storage verify" lists every such file. There is no backup without it.`,
      );
    }
    this.checksums.push(checksumLine(sha256, file));
    return bytes;
  }

  private told(error: unknown): unknown {
    return unwritable(path.dirname(path.resolve(this.target)), error);
  }

  /** Everything is there: from now on it is a backup. */
  async finish(manifest: BackupManifest): Promise<void> {
    await this.finishNow(manifest).catch((error: unknown) => {
      throw this.told(error);
    });
  }

  private async finishNow(manifest: BackupManifest): Promise<void> {
    await this.add(MANIFEST_FILE, Readable.from([Buffer.from(JSON.stringify(manifest, null, 2))]));
    const sums = Readable.from([Buffer.from(this.checksums.join(''))]);
    await pipeline(
      sums,
      createWriteStream(path.join(this.folder, CHECKSUMS_FILE), { mode: 0o600, flush: true }),
    );
    for (const folder of [...this.folders, this.folder]) await syncFolder(folder);
    // An empty folder of the operator's may stand there.
    await rm(this.target, { recursive: true, force: true });
    await rename(this.folder, this.target);
    await syncFolder(path.dirname(path.resolve(this.target)));
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A backup to be read. */
export class WrittenBackup {
  private constructor(
    readonly folder: string,
    readonly manifest: BackupManifest,
    readonly files: readonly { readonly sha256: string; readonly file: string }[],
  ) {}

  /** Throws OperatorError for what is no whole backup. */
  static async open(folder: string): Promise<WrittenBackup> {
    const read = (name: string): Promise<string> =>
      readFile(path.join(folder, name), 'utf8').catch((error: unknown) => {
        throw new OperatorError(
          `${folder} is no backup: ${name} is not there. (A folder called …unfinished-… was interrupted.)`,
          { cause: error },
        );
      });
    const files = readChecksums(await read(CHECKSUMS_FILE));
    return new WrittenBackup(folder, readManifest(await read(MANIFEST_FILE)), files);
  }

  /** Reads everything and compares it with SHA256SUMS. Throws OperatorError that names the first difference. */
  async verify(interruption?: AbortSignal): Promise<void> {
    for (const { sha256, file } of this.files) {
      interruption?.throwIfAborted();
      const hash = createHash('sha256');
      try {
        for await (const piece of this.read(file)) hash.update(piece as Buffer);
      } catch (error) {
        throw new OperatorError(`The backup is not whole: ${file} cannot be read.`, {
          cause: error,
        });
      }
      if (hash.digest('hex') !== sha256) {
        throw new OperatorError(`The backup is damaged: ${file} has another sha256.`);
      }
    }
    const known = new Set(this.files.map(({ file }) => file));
    const missing = [MANIFEST_FILE, ...this.manifest.tables.map(({ file }) => file)].find(
      (file) => !known.has(file),
    );
    if (missing !== undefined) {
      throw new OperatorError(`The backup is damaged: ${missing} is not in ${CHECKSUMS_FILE}.`);
    }
  }

  read(file: string): Readable {
    return createReadStream(path.join(this.folder, file));
  }
}

/** Not by Node's `recursive`: below /proc, and wherever else a folder cannot be made, it tries for ever. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await makeFolder(path.dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
