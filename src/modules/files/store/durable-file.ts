import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Below the storage folder: files that are being written. */
export const TEMPORARY_FOLDER = 'tmp';

/**
 * A file that is either wholly there under its final name or not at all (also after a power cut): written under a
 * temporary name in the same file system, synced, renamed, and then its folder is synced, because a rename is durable
 * only with the folder that holds it.
 */
export class DurableFile {
  private constructor(
    private readonly root: string,
    private readonly temporaryPath: string,
    private readonly handle: FileHandle,
  ) {}

  /** Begins a file somewhere below `root`; the folder is made where it is missing. */
  static async begin(root: string): Promise<DurableFile> {
    const folder = join(root, TEMPORARY_FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporaryPath = join(folder, randomUUID());
    return new DurableFile(root, temporaryPath, await open(temporaryPath, 'wx', 0o600));
  }

  /** Appends; resolves when the kernel has the bytes, so a reader of a stream that awaits it is held back. */
  async write(bytes: Buffer): Promise<void> {
    await this.handle.writeFile(bytes);
  }

  /** Resolves when the bytes are on the disk, or throws why they are not. */
  async sync(): Promise<void> {
    await this.handle.sync();
  }

  /** Makes the content durable under `location` (relative to the root). The same content may be there: it is replaced by itself. */
  async keepAs(location: string): Promise<void> {
    const target = join(this.root, location);
    try {
      await this.sync();
    } finally {
      await this.handle.close();
    }
    await makeFolderDurably(this.root, dirname(target));
    await rename(this.temporaryPath, target);
    await syncFolder(dirname(target));
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporaryPath, { force: true });
  }
}

/**
 * Throws what stands in the way of a file of `sizeBytes` somewhere below `root`: writes, syncs and removes one. Rights
 * alone tell nothing of a full disk.
 */
export async function tryFolder(root: string, sizeBytes: number): Promise<void> {
  const file = await DurableFile.begin(root);
  try {
    await file.write(Buffer.alloc(sizeBytes));
    await file.sync();
  } finally {
    await file.discard();
  }
}

/** Makes `folder` and its missing ancestors below `root`; each new entry is synced in its parent. */
async function makeFolderDurably(root: string, folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (firstMade === undefined) return;
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    await syncFolder(dirname(at));
    if (at === firstMade || dirname(at) === at) return;
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
