import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { defaultStorageDirectory, readEnvironment } from '../../config/env.js';
import { CurrentConfig } from '../../config/index.js';
import { BlobStore } from './blob-store.facade.js';
import { CollectGarbage } from './commands/collect-garbage.js';
import { CopyStorage } from './commands/copy-storage.js';
import { VerifyStorage } from './commands/verify-storage.js';
import { FileStorage, type SealingKeys } from './gateway/file-storage.js';
import { StorageAlarms } from './gateway/storage-alarms.js';
import { StoragePlaces } from './gateway/storage-places.js';
import { StorageCare } from './storage-care.js';
import { StorageDirectory } from './storage-directory.js';
import { FileScans } from './file-scans.facade.js';
import { BlobScanEntity } from './store/blob-scan.entity.js';
import { BlobScanStore } from './store/blob-scan.store.js';
import { ScanFiles, ScanNews } from './commands/scan-files.js';
import { BlobEntity } from './store/blob.entity.js';
import { BlobTable } from './store/blob.store.js';
import { StoredFilesStore } from './store/stored-files.store.js';
import { TemporaryFiles } from './store/temporary-files.js';
import { VirusScan } from './virus-scan.js';

@Module({
  imports: [TypeOrmModule.forFeature([BlobEntity, BlobScanEntity])],
  providers: [
    {
      provide: StorageDirectory,
      useFactory: (config: CurrentConfig) => {
        const directory =
          config.get().storage.directory ?? defaultStorageDirectory(readEnvironment().environment);
        return new StorageDirectory(directory);
      },
      inject: [CurrentConfig],
    },
    {
      provide: StoragePlaces,
      useFactory: (config: CurrentConfig, directory: StorageDirectory) =>
        StoragePlaces.of(config.get().storage, directory.path),
      inject: [CurrentConfig, StorageDirectory],
    },
    StorageAlarms,
    {
      provide: FileStorage,
      useFactory: (places: StoragePlaces, config: CurrentConfig, alarms: StorageAlarms) =>
        new FileStorage(places, () => sealingKeys(config), alarms),
      inject: [StoragePlaces, CurrentConfig, StorageAlarms],
    },
    BlobTable,
    BlobStore,
    StoredFilesStore,
    TemporaryFiles,
    CollectGarbage,
    VerifyStorage,
    CopyStorage,
    StorageCare,
    BlobScanStore,
    FileScans,
    ScanNews,
    ScanFiles,
    VirusScan,
  ],
  exports: [BlobStore, FileScans],
})
export class FilesModule {}

/** Asked at every use: a key that is rotated in is in force at once. */
function sealingKeys(config: CurrentConfig): SealingKeys {
  const { storage, security } = config.get();
  const current = security.masterKeys.find(({ id }) => id === storage.encryption?.keyId);
  return { current: current ?? null, all: security.masterKeys };
}
