/** Content of at most this many bytes lives in PostgreSQL, larger content in files. */
export const INLINE_LIMIT_BYTES = 256 * 1024;

/**
 * Where the file of a large blob lies, relative to the storage folder: `ab/cd/abcd…`, two levels of 256 folders, so
 * that no folder grows beyond what a file system lists quickly.
 */
export function blobLocation(sha256: Buffer): string {
  const hex = sha256.toString('hex');
  return `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}
