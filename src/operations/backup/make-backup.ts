import { setTimeout as delay } from 'node:timers/promises';
import { REMOVAL_LEASE, type StoragePlaces } from '../../modules/files/index.js';
import { holdLease, OperatorError, type Leases } from '../../platform/index.js';
import { NewBackup } from './backup-folder.js';
import {
  FILES_FOLDER,
  manifestOf,
  TABLES_FOLDER,
  type BackedUpTable,
  type BackupManifest,
} from './manifest.js';
import { Snapshot } from './store/snapshot.js';

/** How long garbage that is being collected is waited for. */
const WAIT_TRIES = 60;
const WAIT_MS = 1_000;

export interface BackupSources {
  readonly databaseUrl: string;
  readonly places: StoragePlaces;
  readonly leases: Leases;
  /** Aborted: the copy ends with its reason and leaves nothing behind. */
  readonly interruption?: AbortSignal;
  /** A word about how far it is. */
  readonly say?: (line: string) => void;
}

/**
 * Copies database and stored files to a new folder while the helpdesk works. The rows are those of one instant; files
 * are immutable and every file that a row names was there before the row, so copying them afterwards is consistent as
 * long as none is removed meanwhile, which the lease keeps away. Sealed bytes stay sealed.
 */
export async function makeBackup(sources: BackupSources, target: string): Promise<BackupManifest> {
  for (let tries = 1; ; tries += 1) {
    const made = await holdLease(sources.leases, REMOVAL_LEASE, (held) =>
      backupTo(sources, target, AbortSignal.any([held, ...given(sources.interruption)])),
    );
    if (made !== null) return made;
    if (tries === WAIT_TRIES) {
      throw new OperatorError(
        'Stored files are being collected or backed up by another process: try again later.',
      );
    }
    sources.interruption?.throwIfAborted();
    await delay(WAIT_MS);
  }
}

async function backupTo(
  { databaseUrl, places, say }: BackupSources,
  target: string,
  held: AbortSignal,
): Promise<BackupManifest> {
  const backup = await NewBackup.begin(target);
  try {
    const snapshot = await Snapshot.open(databaseUrl);
    try {
      const tables = await copyTables(snapshot, backup, held);
      say?.(`${tables.length} tables are copied.`);
      const sequences = await snapshot.sequences();
      const files = await copyFiles(snapshot, backup, places, held);
      say?.(`${files.count} stored files are copied.`);
      const { takenAt, postgresVersion } = snapshot;
      const manifest = manifestOf({
        takenAt: takenAt.toISOString(),
        postgresVersion,
        migrations: await snapshot.migrations(),
        tables,
        sequences,
        files,
        keyIds: await snapshot.keyIds(),
      });
      held.throwIfAborted();
      await backup.finish(manifest);
      return manifest;
    } finally {
      await snapshot.close();
    }
  } catch (error) {
    await backup.discard();
    throw error;
  }
}

function given(signal: AbortSignal | undefined): AbortSignal[] {
  return signal === undefined ? [] : [signal];
}

async function copyTables(
  snapshot: Snapshot,
  backup: NewBackup,
  held: AbortSignal,
): Promise<BackedUpTable[]> {
  const copied: BackedUpTable[] = [];
  for (const shape of await snapshot.tables()) {
    const file = `${TABLES_FOLDER}/${shape.name}.copy.gz`;
    const rows = snapshot.rowsOf(shape);
    await backup.add(file, rows.data, { gzip: true, signal: held });
    copied.push({ ...shape, rows: rows.count(), file });
  }
  return copied;
}

async function copyFiles(
  snapshot: Snapshot,
  backup: NewBackup,
  places: StoragePlaces,
  held: AbortSignal,
): Promise<{ count: number; bytes: number }> {
  const sum = { count: 0, bytes: 0 };
  for await (const page of snapshot.files()) {
    for (const { location, sha256, keyId } of page) {
      held.throwIfAborted();
      const content = await openAnywhere(places, location);
      if (content === null) {
        throw new OperatorError(
          `The stored file ${location} is missing: "storage verify" lists every such file. Is this the machine, or the storage section, that the helpdesk runs with?`,
        );
      }
      sum.bytes += await backup.add(`${FILES_FOLDER}/${location}`, content, {
        signal: held,
        ...(keyId === null ? { expected: sha256 } : {}),
      });
      sum.count += 1;
    }
  }
  return sum;
}

async function openAnywhere(places: StoragePlaces, location: string) {
  for (const place of places.all) {
    const content = await place.open(location);
    if (content !== null) return content;
  }
  return null;
}
