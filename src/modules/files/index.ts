export { BlobStore, type BlobRef, type StagedBlob } from './blob-store.facade.js';
export { fileInfected, FileScans } from './file-scans.facade.js';
export type { FileCaution, ScanState } from './domain/virus-scan.js';
export { FilesModule } from './files.module.js';
export { StorageDirectory } from './storage-directory.js';
export { REMOVAL_LEASE } from './removal-lease.js';
export { StoragePlaces } from './gateway/storage-places.js';
