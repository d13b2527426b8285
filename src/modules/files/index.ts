export { BlobStore, type BlobRef, type StagedBlob } from './blob-store.facade.js';
