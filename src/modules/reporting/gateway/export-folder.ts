import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OperatorError } from '../../../platform/index.js';

/** Lines are written in pieces of about this many characters. */
const PIECE = 64 * 1024;

/** A file of JSON lines that grows. */
class LinesFile {
  readonly hash: Hash = createHash('sha256');
  lines = 0;
  private waiting: string[] = [];
  private size = 0;

  constructor(readonly handle: FileHandle) {}

  async add(value: unknown): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    this.waiting.push(line);
    this.size += line.length;
    this.lines += 1;
    if (this.size >= PIECE) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.waiting.join(''));
    this.waiting = [];
    this.size = 0;
    this.hash.update(bytes);
    await this.handle.appendFile(bytes);
  }
}

/**
 * A folder that is wholly there under its name or not at all: it is filled as `NAME.partial`, which a process that died
 * leaves behind for the operator to remove. Readable by its owner alone. SHA256SUMS is as `sha256sum -c` reads it.
 */
export class ExportFolder<Name extends string> {
  private readonly partial: string;
  private readonly files = new Map<Name, LinesFile>();
  private sums!: LinesFile['handle'];

  private constructor(private readonly target: string) {
    this.partial = `${target}.partial`;
  }

  /** Throws OperatorError where something stands there. */
  static async begin<Name extends string>(
    target: string,
    names: readonly Name[],
  ): Promise<ExportFolder<Name>> {
    const folder = new ExportFolder<Name>(target);
    if (existsSync(target)) throw new OperatorError(`${target} is there already.`);
    if (existsSync(folder.partial)) {
      throw new OperatorError(
        `${folder.partial} is there: an export that goes on, or one that was interrupted; then remove it.`,
      );
    }
    await mkdir(path.dirname(target), { recursive: true });
    await mkdir(folder.partial, { mode: 0o700 });
    folder.sums = await open(path.join(folder.partial, 'SHA256SUMS'), 'ax', 0o600);
    for (const name of names) {
      const handle = await open(path.join(folder.partial, `${name}.jsonl`), 'ax', 0o600);
      folder.files.set(name, new LinesFile(handle));
    }
    return folder;
  }

  add(name: Name, value: unknown): Promise<void> {
    return this.files.get(name)!.add(value);
  }

  /**
   * The content with this hash as `file`; false where it is there already. `content` is opened only when it is needed.
   * Throws what reading throws, and where the bytes are not those of the hash; then nothing of it stays.
   */
  async copy(
    file: string,
    sha256: string,
    content: () => Promise<Readable>,
  ): Promise<'copied' | 'there'> {
    const full = path.join(this.partial, file);
    if (existsSync(full)) return 'there';
    const source = await content();
    await mkdir(path.dirname(full), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    const seen = new Transform({
      transform: (chunk: Buffer, _, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(source, seen, createWriteStream(full, { flags: 'wx', mode: 0o600 }));
      if (hash.digest('hex') !== sha256)
        throw new Error('the bytes are not those that were stored');
    } catch (error) {
      await rm(full, { force: true });
      throw error;
    }
    await this.sum(sha256, file);
    return 'copied';
  }

  /** Lines of each file, and its hash. Nothing can be added afterwards. */
  async lines(): Promise<{ file: string; lines: number; sha256: string }[]> {
    const all = [];
    for (const [name, file] of this.files) {
      await file.flush();
      await file.handle.sync();
      await file.handle.close();
      const sha256 = file.hash.digest('hex');
      await this.sum(sha256, `${name}.jsonl`);
      all.push({ file: `${name}.jsonl`, lines: file.lines, sha256 });
    }
    this.files.clear();
    return all;
  }

  /** Writes manifest.json and gives the folder its name. */
  async finish(manifest: object): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    const handle = await open(path.join(this.partial, 'manifest.json'), 'wx', 0o600);
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
    await this.sum(createHash('sha256').update(bytes).digest('hex'), 'manifest.json');
    await this.sums.sync();
    await this.sums.close();
    await rename(this.partial, this.target);
  }

  async discard(): Promise<void> {
    for (const { handle } of this.files.values()) await handle.close().catch(() => undefined);
    await this.sums.close().catch(() => undefined);
    await rm(this.partial, { recursive: true, force: true });
  }

  private async sum(sha256: string, file: string): Promise<void> {
    await this.sums.appendFile(`${sha256}  ${file}\n`);
  }
}
