/** Content of at most this many bytes lives in PostgreSQL, larger content in files. */
export const INLINE_LIMIT_BYTES = 256 * 1024;

/** As made below, and as made before names were unique: `ab/cd/<64 hex>`. */
const LOCATION = /^([0-9a-f]{2})\/([0-9a-f]{2})\/\1\2[0-9a-f]{28}([0-9a-f]{32}(-[0-9a-f]{16})?)?$/;

/**
 * Where the file of a large blob lies, relative to the storage: `ab/cd/<sha256>-<unique>`, two levels of 256 folders, so
 * that no folder grows beyond what a file system lists quickly. Every putting has a name of its own: a file that is
 * being collected as garbage is never the file that somebody is just putting. Which of them counts is what the row says.
 * `unique`: 8 random bytes.
 */
export function blobLocation(sha256: Buffer, unique: Buffer): string {
  return fannedOut(`${sha256.toString('hex')}-${unique.toString('hex')}`);
}

/** Where a sealed file lies: a name that tells nothing of the content. `unique`: 16 random bytes. */
export function sealedLocation(unique: Buffer): string {
  return fannedOut(unique.toString('hex'));
}

/** Whether a file of this name is ours: what an operator put beside them is left alone. */
export function isBlobLocation(location: string): boolean {
  return LOCATION.test(location);
}

function fannedOut(name: string): string {
  return `${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`;
}
