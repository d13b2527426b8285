import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentConfig } from '../../config/index.js';
import { OperatorError } from '../../platform/index.js';
import { BlobStore } from './blob-store.facade.js';
import { StorageDirectory } from './storage-directory.js';
import { BlobEntity } from './store/blob.entity.js';
import { BlobTable } from './store/blob.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([BlobEntity])],
  providers: [
    {
      provide: StorageDirectory,
      useFactory: (config: CurrentConfig) => {
        const directory = config.get().storage.directory;
        if (directory === undefined) {
          throw new OperatorError('No folder for stored files: set storage.directory.');
        }
        return new StorageDirectory(directory);
      },
      inject: [CurrentConfig],
    },
    BlobTable,
    BlobStore,
  ],
  exports: [BlobStore],
})
export class FilesModule {}
