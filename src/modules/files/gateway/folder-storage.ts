import type { Dirent } from 'node:fs';
import { access, constants, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { INLINE_LIMIT_BYTES, isBlobLocation } from '../domain/blob-location.js';
import { DurableFile, tryFolder } from '../store/durable-file.js';
import type { ObjectStorage, ObjectWriter, StoredObject } from './object-storage.js';

/** Stored files in a folder of this machine, or one that all processes have mounted. */
export class FolderStorage implements ObjectStorage {
  readonly name = 'folder';

  /** `place`: absolute path; the folder is made when it is first needed. */
  constructor(readonly place: string) {}

  begin(): Promise<ObjectWriter> {
    return DurableFile.begin(this.place);
  }

  async open(location: string): Promise<Readable | null> {
    const file = await open(join(this.place, location), 'r').catch(nullWhereMissing);
    return file === null ? null : file.createReadStream();
  }

  async stat(location: string): Promise<StoredObject | null> {
    const about = await stat(join(this.place, location)).catch(nullWhereMissing);
    return about === null ? null : { location, sizeBytes: about.size, modifiedAt: about.mtime };
  }

  async remove(location: string): Promise<void> {
    await rm(join(this.place, location), { force: true });
  }

  async *list(): AsyncIterable<readonly StoredObject[]> {
    for (const outer of await foldersIn(this.place)) {
      for (const inner of await foldersIn(join(this.place, outer))) {
        const names = await entriesOf(join(this.place, outer, inner));
        const found: StoredObject[] = [];
        for (const { name } of names.filter((entry) => entry.isFile())) {
          const location = `${outer}/${inner}/${name}`;
          if (!isBlobLocation(location)) continue;
          // Another process may be collecting as well.
          const about = await this.stat(location);
          if (about !== null) found.push(about);
        }
        if (found.length > 0) yield found;
      }
    }
  }

  async probe(): Promise<void> {
    await tryFolder(this.place, INLINE_LIMIT_BYTES);
    // That was in a folder below; the folders of what is kept are made and listed here.
    await access(this.place, constants.R_OK | constants.W_OK | constants.X_OK);
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await entriesOf(path);
  return entries
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function entriesOf(path: string): Promise<Dirent[]> {
  return (await readdir(path, { withFileTypes: true }).catch(nullWhereMissing)) ?? [];
}

function nullWhereMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
