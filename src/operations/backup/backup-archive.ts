import { execFile } from 'node:child_process';
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../../platform/index.js';
import { unwritable } from './unwritable.js';

const run = promisify(execFile);

/** Whether the operator wants one file: what ends with `.tar`. */
export function isArchive(name: string): boolean {
  return name.endsWith('.tar');
}

/** Makes one file of a backup's folder; wholly there under its name or not at all. The folder goes. */
export async function packBackup(
  folder: string,
  archive: string,
  interruption: AbortSignal,
): Promise<void> {
  const unfinished = `${archive}.unfinished-${process.pid}`;
  try {
    await tar(['--create', '--file', unfinished, '--directory', folder, '.'], interruption);
    await sync(unfinished);
    await rename(unfinished, archive);
    await sync(path.dirname(path.resolve(archive)));
  } finally {
    await rm(unfinished, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Unpacks beside the archive, where there is room for it; whoever calls removes the folder. */
export async function unpackBackup(archive: string, interruption: AbortSignal): Promise<string> {
  await stat(archive).catch((error: unknown) => {
    throw new OperatorError(`${archive} is not there.`, { cause: error });
  });
  const folder = await mkdtemp(`${archive}.unpacked-`).catch((error: unknown) => {
    throw unwritable(path.dirname(archive), error);
  });
  try {
    await tar(
      ['--extract', '--file', archive, '--directory', folder, '--no-same-owner'],
      interruption,
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function tar(args: readonly string[], interruption: AbortSignal): Promise<void> {
  try {
    await run('tar', [...args], { signal: interruption });
  } catch (error) {
    interruption.throwIfAborted();
    throw new OperatorError(
      'tar could not write or read the backup: is it installed, the file whole, and is there room?',
      { cause: error },
    );
  }
}
