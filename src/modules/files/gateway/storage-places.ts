import type { StorageConfig } from '../../../config/index.js';
import { FolderStorage } from './folder-storage.js';
import type { ObjectStorage, StorageName } from './object-storage.js';
import { S3Storage } from './s3-storage.js';

/** Where stored files lie: new ones go to `active`; what is not there is looked for in `other`, the place of before. */
export class StoragePlaces {
  constructor(
    readonly active: ObjectStorage,
    readonly other: ObjectStorage | null = null,
  ) {}

  /** As `storage` of the configuration says; `directory` is its folder or the default. */
  static of(storage: Pick<StorageConfig, 'store' | 's3'>, directory: string): StoragePlaces {
    const folder = new FolderStorage(directory);
    if (storage.s3 === undefined) return new StoragePlaces(folder);
    const s3 = new S3Storage(storage.s3, directory);
    return storage.store === 's3' ? new StoragePlaces(s3, folder) : new StoragePlaces(folder, s3);
  }

  get all(): readonly ObjectStorage[] {
    return this.other === null ? [this.active] : [this.active, this.other];
  }

  named(name: StorageName): ObjectStorage | undefined {
    return this.all.find((storage) => storage.name === name);
  }
}
