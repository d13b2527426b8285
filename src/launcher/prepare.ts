/**
 * The part of a start that needs the whole configuration in memory, as a process that ends when it is done: checks
 * variables, file and port, says so to its parent, waits for the database, migrates it and applies the configuration.
 */
import path from 'node:path';
import { readEnvironment } from '../config/env.js';
import { migrate } from '../platform/database/migrate.js';
import { createLogger, setLogLevel } from '../platform/logging.js';
import { applyConfiguration, checkedConfiguration } from './configuration.js';
import { packageRoot } from './package-root.js';
import { assertPortFree } from './port.js';
import type { Checked } from './preparation.js';
import { runMain } from './run-main.js';

const log = createLogger('start');

runMain(async () => {
  const { environment, problems } = readEnvironment();
  setLogLevel(environment.logLevel);
  const loaded = checkedConfiguration(environment, problems);
  await assertPortFree(environment.port, loaded.config.http.listen);
  const { dataDirectory, databaseUrl, logLevel } = environment;
  process.send?.({ dataDirectory, databaseUrl, logLevel } satisfies Checked);
  const url = await new Promise<string>((resolve, reject) => {
    process.once('message', (message) => resolve(message as string));
    process.once('disconnect', () => reject(new Error('The supervisor is gone')));
  });
  const applied = await migrate(url, path.join(packageRoot(), 'migrations'));
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
  await applyConfiguration(url, loaded);
  return 0;
});
