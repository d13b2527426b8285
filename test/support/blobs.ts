import { BlobStore, type FileScans } from '../../src/modules/files/index.js';
import { FileStorage, type SealingKeys } from '../../src/modules/files/gateway/file-storage.js';
import { FolderStorage } from '../../src/modules/files/gateway/folder-storage.js';
import { StorageAlarms } from '../../src/modules/files/gateway/storage-alarms.js';
import { StoragePlaces } from '../../src/modules/files/gateway/storage-places.js';
import { BlobTable } from '../../src/modules/files/store/blob.store.js';
import type { Alarms, Database } from '../../src/platform/index.js';

/** No virus scanner is configured: nothing waits for one. */
const NO_SCANNER = { await: () => Promise.resolve() } as unknown as FileScans;

/** A store of files for specs that wire their own: in a folder, unless other places are given. */
export function blobStoreIn(
  where: { readonly database: Database; readonly alarms: Alarms },
  places: string | StoragePlaces,
  keys: () => SealingKeys = () => ({ current: null, all: [] }),
): BlobStore {
  return new BlobStore(
    new BlobTable(where.database),
    fileStorageIn(where, places, keys),
    NO_SCANNER,
  );
}

export function fileStorageIn(
  where: { readonly alarms: Alarms },
  places: string | StoragePlaces,
  keys: () => SealingKeys = () => ({ current: null, all: [] }),
): FileStorage {
  return new FileStorage(
    typeof places === 'string' ? new StoragePlaces(new FolderStorage(places)) : places,
    keys,
    new StorageAlarms(where.alarms),
  );
}
