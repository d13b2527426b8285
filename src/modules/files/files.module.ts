import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { defaultStorageDirectory, readEnvironment } from '../../config/env.js';
import { CurrentConfig } from '../../config/index.js';
import { BlobStore } from './blob-store.facade.js';
import { StorageDirectory } from './storage-directory.js';
import { BlobEntity } from './store/blob.entity.js';
import { BlobTable } from './store/blob.store.js';
import { TemporaryFiles } from './store/temporary-files.js';

@Module({
  imports: [TypeOrmModule.forFeature([BlobEntity])],
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
    BlobTable,
    BlobStore,
    TemporaryFiles,
  ],
  exports: [BlobStore],
})
export class FilesModule {}
