import { OperatorError } from '../../platform/index.js';

/** Written last: a folder without it is no backup. */
export const MANIFEST_FILE = 'manifest.json';
/** As `sha256sum -c` reads it, over everything but itself. */
export const CHECKSUMS_FILE = 'SHA256SUMS';
export const TABLES_FOLDER = 'tables';
export const FILES_FOLDER = 'files';
const FORMAT = 1;

/** One table of the backup. */
export interface BackedUpTable {
  readonly name: string;
  /** In the order of the data; generated ones are left out. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** Relative to the backup: PostgreSQL's text format of COPY, gzip. */
  readonly file: string;
}

export interface BackedUpSequence {
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** What a backup says of itself. */
export interface BackupManifest {
  readonly format: typeof FORMAT;
  /** The instant of the snapshot, by PostgreSQL's clock (RFC 3339). */
  readonly takenAt: string;
  readonly postgresVersion: string;
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[];
  readonly tables: readonly BackedUpTable[];
  readonly sequences: readonly BackedUpSequence[];
  readonly files: { readonly count: number; readonly bytes: number };
  /** Master keys without which stored bytes of this backup do not open. */
  readonly keyIds: readonly string[];
}

export function manifestOf(parts: Omit<BackupManifest, 'format'>): BackupManifest {
  return { format: FORMAT, ...parts };
}

/** Throws OperatorError for what is no backup of ours or one of a format that this program does not know. */
export function readManifest(text: string): BackupManifest {
  let manifest: Partial<BackupManifest>;
  try {
    manifest = JSON.parse(text) as Partial<BackupManifest>;
  } catch (error) {
    throw new OperatorError(`${MANIFEST_FILE} of the backup is damaged.`, { cause: error });
  }
  if (manifest.format !== FORMAT || !Array.isArray(manifest.tables)) {
    throw new OperatorError(
      `The backup has format ${String(manifest.format)}, and this program reads ${FORMAT}: take the version that made it.`,
    );
  }
  return manifest as BackupManifest;
}

/** One line of SHA256SUMS. */
export function checksumLine(sha256: string, file: string): string {
  return `${sha256}  ${file}\n`;
}

export function readChecksums(text: string): { sha256: string; file: string }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, sha256 = '', file = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      if (file === '' || file.startsWith('/') || file.split('/').includes('..')) {
        throw new OperatorError(`${CHECKSUMS_FILE} of the backup has a line that is none: ${line}`);
      }
      return { sha256, file };
    });
}
