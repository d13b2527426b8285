import { Injectable, type OnModuleInit } from '@nestjs/common';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Background,
  Clock,
  createLogger,
  messageOf,
  type BackgroundWork,
} from '../../../platform/index.js';
import { StorageDirectory } from '../storage-directory.js';
import { TEMPORARY_FOLDER } from './durable-file.js';

/** No upload or download lasts this long: what is older was left by a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60_000;

const log = createLogger('files');

/** Removes, at every start of a worker, files that were begun and never finished. */
@Injectable()
export class TemporaryFiles implements OnModuleInit, BackgroundWork {
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: StorageDirectory,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.background.register('files', this);
  }

  start(): void {
    this.sweeping = this.sweep().catch((error: unknown) => {
      log.warn({ err: messageOf(error) }, 'abandoned files could not be removed');
    });
  }

  stop(): Promise<void> {
    return this.sweeping;
  }

  private async sweep(): Promise<void> {
    const folder = join(this.directory.path, TEMPORARY_FOLDER);
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const oldest = this.clock.now().getTime() - ABANDONED_AFTER_MS;
    for (const name of names) {
      const path = join(folder, name);
      // Another worker may be sweeping as well.
      const about = await stat(path).catch(() => null);
      if (about !== null && about.mtimeMs < oldest) await rm(path, { force: true });
    }
  }
}
