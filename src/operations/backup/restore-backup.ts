import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoragePlaces } from '../../modules/files/index.js';
import { migrate } from '../../platform/database/migrate.js';
import { OperatorError } from '../../platform/index.js';
import { WrittenBackup } from './backup-folder.js';
import { FILES_FOLDER, type BackupManifest } from './manifest.js';
import { TargetDatabase } from './store/load-tables.js';
import { unwritable } from './unwritable.js';

/** Protocols that are passed over after a restore, unless the operator says otherwise. */
export const SKIPPED_PROTOCOLS = 1_000;

export interface RestoreTarget {
  readonly databaseUrl: string;
  /** Where stored files go: the active place. */
  readonly places: StoragePlaces;
  /** The folder of this program's migrations. */
  readonly migrations: string;
  readonly now: Date;
  /** Throw away what the database holds. */
  readonly replace: boolean;
  readonly skippedProtocols?: number;
  /** Ids of the master keys that this machine has; absent: files may come back that do not open. */
  readonly keyIds?: readonly string[];
  /** Aborted: the restore ends with its reason; what it has begun in the database stays marked. */
  readonly interruption?: AbortSignal;
  /** A word about how far it is. */
  readonly say?: (line: string) => void;
}

export interface Restored {
  readonly manifest: BackupManifest;
  readonly rows: number;
  /** Files that lay in the store already are not counted. */
  readonly files: number;
  /** Applied to the restored database, because this program is newer than the backup. */
  readonly migrated: readonly string[];
}

/**
 * Puts a backup into an empty database and its files into the store; an older one is brought to the schema of this
 * program. Everything is read and compared before anything is written, files come before the rows that name them, and the
 * rows come in one transaction. From the first change to the last the database is marked, and nothing else starts on it,
 * however the restore ends. Afterwards nothing automatic leaves by itself (see docs/operators/backup.md). Throws
 * OperatorError where the backup is damaged or newer, the database in use or not empty.
 */
export async function restoreBackup(target: RestoreTarget, folder: string): Promise<Restored> {
  const backup = await WrittenBackup.open(folder);
  await refuseNewer(backup.manifest, target.migrations);
  refuseWithoutKeys(backup.manifest, target.keyIds);
  await backup.verify(target.interruption);
  target.say?.('The backup is whole.');
  const database = await TargetDatabase.open(target.databaseUrl);
  try {
    await refuseInUse(database);
    const replaced = !(await database.isEmpty());
    if (replaced && !target.replace) throw notEmpty();
    if (!replaced) await database.clear();
    const files = await restoreFiles(backup, target.places, target.interruption);
    target.say?.(`${files} stored files are restored.`);
    if (replaced) {
      // Only now: where files cannot be written, the old helpdesk goes on. It may have been started meanwhile.
      await refuseInUse(database);
      await database.clear();
      target.say?.('What the database held is thrown away.');
    }
    const names = new Set(backup.manifest.migrations.map(({ name }) => name));
    await migrate(target.databaseUrl, target.migrations, (name) => names.has(name), true);
    await database.load(backup.manifest, (file) => readUnless(target.interruption, backup, file), {
      now: target.now,
      skippedProtocols: target.skippedProtocols ?? SKIPPED_PROTOCOLS,
    });
    const migrated = await migrate(target.databaseUrl, target.migrations);
    const rows = backup.manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    return { manifest: backup.manifest, rows, files, migrated };
  } finally {
    await database.close();
  }
}

/**
 * For a database that came back by other means (pg_restore, PITR, a snapshot of the disk): what `restoreBackup` does to
 * rows so that nobody is answered twice. Throws OperatorError where the database is in use.
 */
export async function settleRestored(
  databaseUrl: string,
  after: { readonly now: Date; readonly skippedProtocols: number },
): Promise<void> {
  const database = await TargetDatabase.open(databaseUrl);
  try {
    await refuseInUse(database);
    await database.refuseUnfinished();
    await database.settle('an earlier moment', after);
  } finally {
    await database.close();
  }
}

async function refuseNewer({ migrations }: BackupManifest, directory: string): Promise<void> {
  const ours = new Set(await readdir(directory));
  const unknown = migrations.find(({ name }) => !ours.has(name));
  if (unknown !== undefined) {
    throw new OperatorError(
      `The backup was made by a newer version of the helpdesk (it has ${unknown.name}): restore it with that version.`,
    );
  }
  for (const { name, sha256 } of migrations) {
    const text = await readFile(path.join(directory, name));
    if (createHash('sha256').update(text).digest('hex') !== sha256) {
      throw new OperatorError(
        `The migration ${name} of this version is not the one of the backup: restore it with the version that made it.`,
      );
    }
  }
}

function refuseWithoutKeys({ keyIds }: BackupManifest, ours?: readonly string[]): void {
  const lacking = ours === undefined ? [] : keyIds.filter((id) => !ours.includes(id));
  if (lacking.length > 0) {
    throw new OperatorError(
      `security.masterKeys of helpdesk.yaml lacks ${lacking.join(', ')}: without them sealed files of this backup do not open. Put them back, or say --without-keys to go on as it is.`,
    );
  }
}

async function refuseInUse(database: TargetDatabase): Promise<void> {
  const others = await database.others();
  if (others > 0) {
    throw new OperatorError(
      `The database is in use (${others} other connections): stop the helpdesk, every process of it, and restore then.`,
    );
  }
}

function notEmpty(): OperatorError {
  return new OperatorError(
    'The database is not empty. Restore into a fresh one, or say --replace: then everything in it is thrown away.',
  );
}

/** As they lie, under the same names: the rows to come name them so. What lies there otherwise, damaged say, is replaced. */
async function restoreFiles(
  backup: WrittenBackup,
  { active }: StoragePlaces,
  interruption?: AbortSignal,
): Promise<number> {
  let restored = 0;
  for (const { file, sha256 } of backup.files) {
    if (!file.startsWith(`${FILES_FOLDER}/`)) continue;
    interruption?.throwIfAborted();
    const location = file.slice(FILES_FOLDER.length + 1);
    if ((await sha256In(active, location)) === sha256) continue;
    const writer = await active.begin().catch((error: unknown) => {
      throw unwritable(active.place, error);
    });
    try {
      for await (const piece of backup.read(file)) await writer.write(piece as Buffer);
      await writer.keepAs(location);
    } catch (error) {
      await writer.discard();
      throw unwritable(active.place, error);
    }
    restored += 1;
  }
  return restored;
}

function readUnless(interruption: AbortSignal | undefined, backup: WrittenBackup, file: string) {
  interruption?.throwIfAborted();
  return backup.read(file);
}

/** Hexadecimal; null where nothing lies there or it cannot be read, as on a disk that fails. */
async function sha256In(place: StoragePlaces['active'], location: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const content = await place.open(location);
    if (content === null) return null;
    for await (const piece of content) hash.update(piece as Buffer);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
